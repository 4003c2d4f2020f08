package dev.argus.preprocess.core;

import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.tiling.Detail;
import java.util.List;

/**
 * What a client sent, before anything is checked.
 *
 * @param turns in the order they were said
 */
public record Conversation(List<Turn> turns) {

  /**
   * One turn.
   *
   * @param role who speaks
   * @param parts what is said, in order
   */
  public record Turn(Role role, List<Part> parts) {}

  /** A piece of a turn. */
  public sealed interface Part {}

  /** Words. */
  public record Text(String text) implements Part {}

  /**
   * A picture.
   *
   * @param file the bytes of an image file; not to be modified
   */
  @SuppressWarnings("ArrayRecordComponent") // Megabytes; never compared.
  public record Picture(byte[] file, Detail detail) implements Part {}
}
