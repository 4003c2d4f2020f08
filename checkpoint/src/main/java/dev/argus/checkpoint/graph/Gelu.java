package dev.argus.checkpoint.graph;

/** The two definitions of GELU, which differ by up to 5e-4. */
enum Gelu {
  /** By the error function: {@code gelu} in a checkpoint's settings. */
  EXACT("BiasGelu"),
  /** By the hyperbolic tangent: {@code gelu_pytorch_tanh}. */
  TANH("FastGelu");

  private final String operator;

  Gelu(String operator) {
    this.operator = operator;
  }

  /** Adds a bias, then activates. */
  Node of(String in, String bias) {
    return Node.microsoft(operator, in, bias);
  }
}
