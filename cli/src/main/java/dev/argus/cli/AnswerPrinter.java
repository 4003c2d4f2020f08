package dev.argus.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.argus.v1.GenerateResponse;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Prints the events of one answer as they come. Closing it leaves no line unfinished. */
sealed interface AnswerPrinter extends Consumer<GenerateResponse>, AutoCloseable {

  @Override
  void close();

  /** Prints the words, and a line end after the last. */
  static AnswerPrinter text(PrintWriter out) {
    return new Text(out);
  }

  /** Prints each event as a line of protobuf's JSON. */
  static AnswerPrinter json(PrintWriter out) {
    return new Json(out);
  }

  /** See {@link #text}. */
  final class Text implements AnswerPrinter {
    private final PrintWriter out;
    private boolean lineIsOpen;

    private Text(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void accept(GenerateResponse event) {
      if (event.hasCompletion()) {
        lineIsOpen = true; // An empty answer is a line too.
        close();
      } else {
        print(event.getToken().getText());
      }
    }

    /** Prints a piece of the answer, without the space that most models begin with. */
    private void print(String text) {
      String shown = lineIsOpen ? text : text.stripLeading();
      if (!shown.isEmpty()) {
        out.print(shown);
        out.flush();
        lineIsOpen = true;
      }
    }

    @Override
    public void close() {
      if (lineIsOpen) {
        out.println();
        out.flush();
        lineIsOpen = false;
      }
    }
  }

  /** See {@link #json}. */
  final class Json implements AnswerPrinter {
    private static final JsonFormat.Printer JSON =
        JsonFormat.printer().omittingInsignificantWhitespace();

    private final PrintWriter out;

    private Json(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void accept(GenerateResponse event) {
      try {
        out.println(JSON.print(event));
      } catch (InvalidProtocolBufferException e) {
        throw new UncheckedIOException(e);
      }
      out.flush();
    }

    @Override
    public void close() {}
  }
}
