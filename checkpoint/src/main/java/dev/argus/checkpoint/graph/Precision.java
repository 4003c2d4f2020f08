package dev.argus.checkpoint.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * In what numbers a graph computes. Each part of a model has a graph for each. Inputs and outputs
 * are the same for all, but the keys and values of {@link #FP16} and {@link #BF16}.
 *
 * <p>At every precision an answer is the same whoever is served beside it: a language model's
 * quantised products treat each row by itself, and a vision tower's take one tile in a run.
 *
 * <p>Measure before taking another than {@link #FP32}: on a processor a smaller one is not always
 * faster. docs/precisions.md says what each costs and gives.
 */
public enum Precision {
  /** 32-bit floating point: the reference's answers. */
  FP32("fp32"),
  /**
   * Weights in 8 bits. A language model's in blocks of 32 with a scale and a zero point each, its
   * embeddings in float32; a vision tower's with a scale for each output, patch embedding and
   * connector in float32.
   */
  INT8("int8"),
  /**
   * A language model's weights in 8 bits with a scale for each output, and each token's activations
   * in 8 bits with a scale; its embeddings in float32. The vision tower is that of {@link #INT8}.
   * Reads prompts in half of its time, at a larger loss.
   */
  W8A8("w8a8"),
  /**
   * A language model's weights in 4 bits, in blocks as above; the vision tower is that of {@link
   * #INT8}: its time goes into arithmetic, of which 4 bits save none.
   */
  INT4("int4"),
  /** 16-bit floating point, keys and values included. For a GPU: processors have to emulate it. */
  FP16("fp16"),
  /** bfloat16: the range of float32 with 8 bits of precision. For a GPU, as {@link #FP16}. */
  BF16("bf16");

  private final String label;

  Precision(String label) {
    this.label = label;
  }

  /** Its name in file names, settings and messages. */
  public String label() {
    return label;
  }

  /** The precision of the vision tower that goes with a language model of this one. */
  public Precision ofVision() {
    return switch (this) {
      case INT8, W8A8, INT4 -> INT8;
      case FP32, FP16, BF16 -> this;
    };
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
