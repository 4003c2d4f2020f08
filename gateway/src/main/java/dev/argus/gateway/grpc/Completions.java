package dev.argus.gateway.grpc;

import dev.argus.base.timeline.Timeline;
import dev.argus.gateway.core.Answer;
import dev.argus.gateway.core.StageName;
import dev.argus.service.wire.Activities;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Completion;
import dev.argus.v1.FinishReason;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.Stage;
import dev.argus.v1.Usage;

/** Answers on the wire. */
final class Completions {
  private static final double NANOS_PER_MILLI = 1e6;

  private Completions() {}

  /**
   * The last event of an answer's stream.
   *
   * @param own what the gateway itself did, from the request's receipt
   * @param traceId 32 hexadecimal digits, or empty
   */
  static GenerateResponse of(String model, Answer answer, Timeline own, String traceId) {
    return GenerateResponse.newBuilder()
        .setCompletion(
            Completion.newBuilder()
                .setModel(model)
                .setFinishReason(reason(answer))
                .setUsage(usage(answer))
                .setAnatomy(anatomy(answer, own, traceId)))
        .build();
  }

  private static FinishReason reason(Answer answer) {
    return switch (answer.reason()) {
      case STOP -> FinishReason.FINISH_REASON_STOP;
      case LENGTH -> FinishReason.FINISH_REASON_LENGTH;
    };
  }

  private static Usage usage(Answer answer) {
    return Usage.newBuilder()
        .setPromptTokens(answer.plan().promptTokens())
        .setVisualTokens(answer.plan().visualTokens())
        .setCompletionTokens(answer.completionTokens())
        .setTiles(answer.plan().tiles())
        .setCachedTokens(answer.cachedTokens())
        .setCachedTiles(answer.cachedTiles())
        .build();
  }

  private static Anatomy anatomy(Answer answer, Timeline own, String traceId) {
    var anatomy =
        Anatomy.newBuilder()
            .setTraceId(traceId)
            .setTtftMs(answer.ttftNanos() / NANOS_PER_MILLI)
            .setTotalMs(answer.totalNanos() / NANOS_PER_MILLI)
            .addAllActivities(Activities.toProto(Stage.STAGE_GATEWAY, own));
    answer
        .activities()
        .forEach(done ->
            anatomy.addActivities(Activities.toProto(stage(done.stage()), done.activity())));
    return anatomy.build();
  }

  private static Stage stage(StageName name) {
    return switch (name) {
      case PREPROCESS -> Stage.STAGE_PREPROCESS;
      case ENCODER -> Stage.STAGE_ENCODER;
      case DECODER -> Stage.STAGE_DECODER;
    };
  }
}
