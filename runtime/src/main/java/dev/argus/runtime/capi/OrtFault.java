package dev.argus.runtime.capi;

/** What ONNX Runtime reports of a call that failed. */
public final class OrtFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;

  OrtFault(int code, String message) {
    super(message);
    this.code = code;
  }

  /** The API's {@code OrtErrorCode}. */
  public int code() {
    return code;
  }
}
