package dev.argus.runtime;

import java.util.Optional;

/** ONNX Runtime's numbers for types of elements, {@code ONNXTensorElementDataType}. */
final class OrtTypes {
  private OrtTypes() {}

  /** The number of a type. */
  static int code(ElementType type) {
    return switch (type) {
      case FLOAT32 -> 1;
      case UINT8 -> 2;
      case INT32 -> 6;
      case INT64 -> 7;
      case BOOL -> 9;
      case FLOAT16 -> 10;
      case BFLOAT16 -> 16;
    };
  }

  /** The type with a number; empty if Argus does not use it. */
  static Optional<ElementType> type(int code) {
    for (ElementType type : ElementType.values()) {
      if (code(type) == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** The name of a number, as the header has it, or the number where Argus knows no name. */
  static String name(int code) {
    return switch (code) {
      case 3 -> "INT8";
      case 4 -> "UINT16";
      case 5 -> "INT16";
      case 8 -> "STRING";
      case 11 -> "DOUBLE";
      case 12 -> "UINT32";
      case 13 -> "UINT64";
      default -> Integer.toString(code);
    };
  }
}
