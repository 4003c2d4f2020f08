package dev.argus.gateway.grpc;

import dev.argus.base.failure.Upstream;
import dev.argus.base.timeline.Activity;
import dev.argus.gateway.core.FinishReason;
import dev.argus.gateway.core.PromptPlan;
import dev.argus.gateway.core.StageEvent;
import dev.argus.gateway.core.StageEvent.Admitted;
import dev.argus.gateway.core.StageEvent.Finished;
import dev.argus.gateway.core.StageEvent.Generated;
import dev.argus.gateway.core.StageEvent.Located;
import dev.argus.gateway.core.StageEvent.Planned;
import dev.argus.gateway.core.StageEvent.Relayed;
import dev.argus.gateway.core.StageEvent.Tokens;
import dev.argus.service.wire.Activities;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeSummary;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeSummary;
import dev.argus.stage.v1.PreprocessHeader;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.VisualSpan;
import java.util.List;

/** The stages' responses as events. */
final class StageEvents {
  private StageEvents() {}

  static StageEvent of(PreprocessResponse response) {
    return switch (response.getEventCase()) {
      case HEADER -> new Planned(plan(response.getHeader()));
      case TILE -> new Relayed(response.getTile().getIndex(), response.getTile());
      case SUMMARY -> new Finished(activities(response.getSummary().getActivitiesList()), 0);
      case EVENT_NOT_SET -> throw empty();
    };
  }

  static StageEvent of(EncodeResponse response) {
    return switch (response.getEventCase()) {
      case VISUAL_TOKENS ->
          new Relayed(response.getVisualTokens().getTileIndex(), response.getVisualTokens());
      case SUMMARY -> encoded(response.getSummary());
      case EVENT_NOT_SET -> throw empty();
    };
  }

  static StageEvent of(DecodeResponse response) {
    return switch (response.getEventCase()) {
      case ADMITTED -> new Admitted(response.getAdmitted().getHeldTiles());
      case TOKEN -> new Tokens(response.getToken());
      case REGION -> new Located(response.getRegion());
      case SUMMARY -> generated(response.getSummary());
      case EVENT_NOT_SET -> throw empty();
    };
  }

  private static PromptPlan plan(PreprocessHeader header) {
    List<VisualSpan> spans = header.getLayout().getSpansList();
    return new PromptPlan(
        header,
        spans.size(),
        header.getLayout().getTokenIdsCount(),
        spans.stream().mapToInt(VisualSpan::getLength).sum());
  }

  private static Finished encoded(EncodeSummary summary) {
    return new Finished(activities(summary.getActivitiesList()), summary.getCachedTiles());
  }

  private static Generated generated(DecodeSummary summary) {
    FinishReason reason =
        switch (summary.getFinishReason()) {
          case FINISH_REASON_STOP -> FinishReason.STOP;
          case FINISH_REASON_LENGTH -> FinishReason.LENGTH;
          case FINISH_REASON_UNSPECIFIED, UNRECOGNIZED ->
              throw new Upstream("The decoder service gave no reason for its end", null);
        };
    return new Generated(
        reason,
        summary.getCompletionTokens(),
        summary.getReusedTokens(),
        activities(summary.getActivitiesList()));
  }

  private static List<Activity> activities(List<dev.argus.v1.Activity> received) {
    return received.stream().flatMap(activity -> Activities.fromProto(activity).stream()).toList();
  }

  private static Upstream empty() {
    return new Upstream("A stage sent an event of a kind that this gateway does not know", null);
  }
}
