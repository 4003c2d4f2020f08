package dev.argus.cli.chat;

import dev.argus.v1.Message;
import java.util.List;

/** Who is talked to. */
public interface Partner {

  /**
   * Answers a conversation, showing the answer while it is made.
   *
   * @return all of the answer's text
   * @throws RuntimeException if there is no answer; the reader is told by {@link #explain}
   */
  String answer(List<Message> conversation);

  /** Gives up the answer that is being made. Called from any thread. */
  void interrupt();

  /** What went wrong, in one line. */
  String explain(RuntimeException failure);
}
