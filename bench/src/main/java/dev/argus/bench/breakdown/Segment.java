package dev.argus.bench.breakdown;

import dev.argus.v1.ActivityKind;
import java.util.Optional;

/**
 * What the time to first token goes to, in the order in which a request comes by it. Where two are
 * done at the same time, the time counts for the later one: it is what the token waits for.
 */
public enum Segment {
  /** Queues, threads' and streams' hand-overs, the first token's choice: none of the others. */
  OTHER("other"),
  /** Chat template and tokenizer. */
  TOKENIZE("tokenise"),
  /** From the file to pixels. */
  DECODE_IMAGE("picture"),
  /** From pixels to tiles. */
  RESIZE("resize"),
  /** From uint8 to normalised float32, and its hand-over. */
  TENSOR("float32"),
  /** Vision tower and connector. */
  ENCODE("encode"),
  /** The prompt through the language model. */
  PREFILL("prefill"),
  /** Encoder and decoder as they were on a GPU. */
  GPU("GPU");

  private final String label;

  Segment(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /** Whether it is computed by a model, which a GPU would do. */
  boolean ofModels() {
    return this == ENCODE || this == PREFILL;
  }

  /** What an activity counts for, if for anything. */
  public static Optional<Segment> of(ActivityKind kind) {
    return switch (kind) {
      case ACTIVITY_KIND_TOKENIZE -> Optional.of(TOKENIZE);
      case ACTIVITY_KIND_DECODE_IMAGE -> Optional.of(DECODE_IMAGE);
      case ACTIVITY_KIND_RESIZE -> Optional.of(RESIZE);
      case ACTIVITY_KIND_ENCODE -> Optional.of(ENCODE);
      case ACTIVITY_KIND_PREFILL -> Optional.of(PREFILL);
      case ACTIVITY_KIND_QUEUE,
          ACTIVITY_KIND_WAIT_VISUAL,
          ACTIVITY_KIND_DECODE,
          ACTIVITY_KIND_WAIT_READER,
          ACTIVITY_KIND_FETCH,
          ACTIVITY_KIND_UNSPECIFIED,
          UNRECOGNIZED ->
          Optional.empty();
    };
  }
}
