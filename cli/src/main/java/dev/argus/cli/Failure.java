package dev.argus.cli;

/** Something that the user can mend, said in one line. */
final class Failure extends RuntimeException {
  Failure(String message) {
    super(message);
  }
}
