package dev.argus.checkpoint.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * In what numbers a graph computes. Each part of a model has a graph for each.
 *
 * <p>Measure before taking another than {@link #FP32}: on a processor a smaller one is not always
 * faster.
 */
public enum Precision {
  /** 32-bit floating point: the reference's answers. */
  FP32("fp32"),
  /** Weights in 8 bits. */
  INT8("int8"),
  /** Weights in 4 bits. */
  INT4("int4"),
  /** 16-bit floating point, for a GPU. */
  FP16("fp16"),
  /** bfloat16, for a GPU. */
  BF16("bf16");

  private final String label;

  Precision(String label) {
    this.label = label;
  }

  /** Its name in file names, settings and messages. */
  public String label() {
    return label;
  }

  /**
   * The precision of this label, in capitals or not.
   *
   * @throws IllegalArgumentException if there is none, naming those that there are
   */
  public static Precision parse(String label) {
    return Arrays.stream(values())
        .filter(precision -> precision.label.equals(label.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no precision %s; there are %s".formatted(label, labels())));
  }

  private static List<String> labels() {
    return Arrays.stream(values()).map(Precision::label).toList();
  }
}
