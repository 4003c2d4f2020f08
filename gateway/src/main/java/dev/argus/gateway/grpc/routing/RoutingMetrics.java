package dev.argus.gateway.grpc.routing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongGauge;
import io.opentelemetry.api.metrics.Meter;
import java.util.EnumMap;
import java.util.Map;

/** What is measured of the routing to one stage. Thread-safe. */
public final class RoutingMetrics {
  private static final AttributeKey<String> STAGE = AttributeKey.stringKey("stage");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
  private static final AttributeKey<String> STATE = AttributeKey.stringKey("state");

  private final Map<PickReason, Attributes> reasons = new EnumMap<>(PickReason.class);
  private final Attributes stage;
  private final Attributes known;
  private final Attributes ready;
  private final LongCounter picks;
  private final LongCounter ejections;
  private final LongGauge endpoints;

  /**
   * Makes the instruments.
   *
   * @param stage the stage's name, as the attribute {@code stage} has it
   */
  public RoutingMetrics(Meter meter, String stage) {
    this.stage = Attributes.of(STAGE, stage);
    this.known = Attributes.of(STAGE, stage, STATE, "known");
    this.ready = Attributes.of(STAGE, stage, STATE, "ready");
    for (PickReason reason : PickReason.values()) {
      reasons.put(reason, Attributes.of(STAGE, stage, REASON, reason.label()));
    }
    this.picks = meter.counterBuilder("argus.gateway.routing.picks").setUnit("{call}").build();
    this.ejections =
        meter.counterBuilder("argus.gateway.routing.ejections").setUnit("{replica}").build();
    this.endpoints =
        meter
            .gaugeBuilder("argus.gateway.routing.endpoints")
            .ofLongs()
            .setUnit("{replica}")
            .build();
    ejections.add(0, this.stage);
  }

  void picked(PickReason reason) {
    picks.add(1, reasons.getOrDefault(reason, stage));
  }

  void ejected() {
    ejections.add(1, stage);
  }

  void endpoints(int knownReplicas, int readyReplicas) {
    endpoints.set(knownReplicas, known);
    endpoints.set(readyReplicas, ready);
  }
}
