package dev.argus.gateway.core;

/** What the preprocess stage is told. */
public sealed interface PreprocessMessage {

  /** To begin with the request's conversation. Comes first, once. */
  record Begin() implements PreprocessMessage {}

  /**
   * That nobody needs so many of the first tiles. At most once.
   *
   * @param tiles 1 or more
   */
  record Held(int tiles) implements PreprocessMessage {}
}
