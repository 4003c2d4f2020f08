package dev.argus.preprocess.core.image;

import org.jspecify.annotations.Nullable;

/** The bytes are not an image file, or not a whole and sound one. */
public final class UnreadableImage extends Exception {
  private final String problem;

  /**
   * @param problem what is wrong, as the rest of a sentence that begins with the name of the thing
   */
  public UnreadableImage(String problem, @Nullable Throwable cause) {
    super(problem, cause);
    this.problem = problem;
  }

  /** What is wrong, as the rest of a sentence that begins with the name of the thing. */
  public String problem() {
    return problem;
  }

  UnreadableImage(String problem) {
    this(problem, null);
  }

  /** The file ends before the picture does. */
  static UnreadableImage truncated(ImageFormat format, @Nullable Throwable cause) {
    return new UnreadableImage("is a truncated " + format.title() + " file", cause);
  }

  /** The file breaks the rules of its format. */
  static UnreadableImage damaged(ImageFormat format, @Nullable Throwable cause) {
    return new UnreadableImage("is a damaged " + format.title() + " file", cause);
  }

  /** The file is of a kind that its format allows and Argus does not read. */
  static UnreadableImage unsupported(ImageFormat format, String kind) {
    return new UnreadableImage("is a " + format.title() + " file of an unsupported kind: " + kind);
  }
}
