package dev.argus.bench.peers;

import java.nio.file.Path;
import java.util.List;

/** Someone who answers questions about pictures. Used by one thread. */
interface Peer extends AutoCloseable {
  /** What is asked about every picture. */
  String QUESTION = "Describe this image.";

  /** What it is called in the table. */
  String label();

  /** Answers one question, with so many tokens. */
  Reply answer(Path picture, int tokens);

  /**
   * Answers questions that are asked at the same moment, from which all times count.
   *
   * @return in any order
   */
  List<Reply> together(List<Path> pictures, int tokens);

  @Override
  void close();
}
