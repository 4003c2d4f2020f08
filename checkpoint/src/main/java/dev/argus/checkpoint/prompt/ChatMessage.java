package dev.argus.checkpoint.prompt;

import dev.argus.checkpoint.tiling.Detail;
import java.util.List;

/**
 * One turn of a conversation, pictures given by their sizes alone.
 *
 * @param role who speaks
 * @param parts what is said, in order; not empty
 */
public record ChatMessage(Role role, List<Part> parts) {

  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }

  /** A piece of a message. */
  public sealed interface Part {}

  /** Words. */
  public record Text(String text) implements Part {}

  /**
   * A picture.
   *
   * @param width pixels, after EXIF orientation
   * @param height pixels, after EXIF orientation
   */
  public record Picture(int width, int height, Detail detail) implements Part {}
}
