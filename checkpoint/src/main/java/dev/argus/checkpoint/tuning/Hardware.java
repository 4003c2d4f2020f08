package dev.argus.checkpoint.tuning;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.GraphPart;
import dev.argus.checkpoint.graph.Precision;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a model runs on, as far as it decides how the model is best run. */
public sealed interface Hardware {

  /** The precision of a checkpoint's graphs where nobody chose one and none was measured. */
  Precision usual(Checkpoint checkpoint);

  /** The most tiles in a run of its vision tower, likewise. */
  int usualBatch(Checkpoint checkpoint);

  /**
   * What is wrong with a precision here: what it costs, and what to take in its place; empty where
   * nothing is.
   */
  Optional<String> objection(Checkpoint checkpoint, GraphPart part, Precision precision);

  /**
   * A processor.
   *
   * @param machine a word for its kind, under which what was tuned on it is kept
   */
  record Processor(String machine) implements Hardware {

    /** The reference's answers. */
    @Override
    public Precision usual(Checkpoint checkpoint) {
      return Precision.FP32;
    }

    /** A batch takes as long as its tiles one by one. */
    @Override
    public int usualBatch(Checkpoint checkpoint) {
      return 1;
    }

    /** None: which is fastest is measured, and what cannot run is refused. */
    @Override
    public Optional<String> objection(Checkpoint checkpoint, GraphPart part, Precision precision) {
      return Optional.empty();
    }
  }

  /**
   * A GPU of NVIDIA's, for which nothing is tuned: what is fastest on the processor beside it says
   * nothing.
   *
   * <p>Design note: ONNX Runtime 1.29 has kernels for float16 and bfloat16 alone of its attention
   * over a cache ({@code GroupQueryAttention}), and none of the product that an int8 vision tower
   * is made of ({@code DynamicQuantizeMatMul}). What has no kernel runs on the processor. Of the
   * two, bfloat16 has float32's range, and is what most checkpoints are published in.
   */
  record Gpu() implements Hardware {
    private static final List<Precision> FITTING = List.of(Precision.BF16, Precision.FP16);

    /** A large picture's, which are 13 as SmolVLM cuts it. */
    private static final int BATCH = 16;

    /** Of an export, the first of bf16 and fp16 that it holds, or else fp32. */
    @Override
    public Precision usual(Checkpoint checkpoint) {
      List<Precision> there =
          HubGraphs.of(checkpoint).map(HubGraphs::precisions).orElse(List.of(Precision.values()));
      return Stream.concat(FITTING.stream().filter(there::contains), Stream.of(Precision.FP32))
          .findFirst()
          .orElseThrow();
    }

    /** One tile of an export, which may be made for one alone. */
    @Override
    public int usualBatch(Checkpoint checkpoint) {
      return HubGraphs.of(checkpoint).isPresent() ? 1 : BATCH;
    }

    /** Of an export nothing is known: its graphs are another's. */
    @Override
    public Optional<String> objection(Checkpoint checkpoint, GraphPart part, Precision precision) {
      if (FITTING.contains(precision) || HubGraphs.of(checkpoint).isPresent()) {
        return Optional.empty();
      }
      return Optional.of("%s; take bf16 or fp16".formatted(cost(part, precision)));
    }

    private static String cost(GraphPart part, Precision precision) {
      return switch (part) {
        case DECODER ->
            "at %s attention runs on the processor, and the whole KV cache goes there and back for each token"
                .formatted(precision.label());
        case VISION ->
            precision == Precision.FP32
                ? "at fp32 a GPU's fast products, which take 16 bits, are not used"
                : "at %s the layers' products run on the processor".formatted(precision.label());
      };
    }
  }
}
