package dev.argus.base.failure;

import org.jspecify.annotations.Nullable;

/** The caller sent something wrong. Sending it again cannot help. */
public final class InvalidInput extends ArgusException {
  private final String field;

  /**
   * @param field path of the wrong field in the request, such as {@code
   *     messages[0].content[1].image.data}
   * @param problem what was wrong and what is allowed, as the rest of a sentence that begins with
   *     the field
   */
  public InvalidInput(String field, String problem) {
    this(field, problem, null);
  }

  /** As above, with the failure that revealed it. */
  public InvalidInput(String field, String problem, @Nullable Throwable cause) {
    super(field + " " + problem, cause);
    this.field = field;
  }

  /** Path of the wrong field in the request. */
  public String field() {
    return field;
  }
}
