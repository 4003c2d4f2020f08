package dev.argus.runtime.capi;

/** What CUDA reports of a call that failed. */
public final class CudaFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  CudaFault(int code, String message) {
    super("CUDA error %d: %s".formatted(code, message));
  }
}
