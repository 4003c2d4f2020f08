package dev.argus.preprocess.core;

/** Paths of fields in a request, for {@link dev.argus.base.failure.InvalidInput}. */
public final class Fields {
  private Fields() {}

  /** Such as {@code messages[2]}. */
  public static String message(int index) {
    return "messages[" + index + "]";
  }

  /** Such as {@code messages[2].content[0]}, from {@code messages[2].content}. */
  public static String part(String content, int index) {
    return content + "[" + index + "]";
  }

  /** Such as {@code messages[2].content[0].image.data}, from {@code messages[2].content[0]}. */
  static String data(String part) {
    return part + ".image.data";
  }
}
