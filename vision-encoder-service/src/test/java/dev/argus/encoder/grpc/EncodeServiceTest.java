package dev.argus.encoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.digest.Digest;
import dev.argus.encoder.core.SteppedTower;
import dev.argus.stage.v1.ElementType;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeSummary;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Stage;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class EncodeServiceTest extends EncodeStreams {
  @Test
  void answersEachTileAsSoonAsItIsEncoded() {
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(3));
      tower.awaitRun();
      assertThat(gauge("argus.encoder.load")).isEqualTo(1);
      assertThat(gauge("argus.encoder.queued_tiles")).isZero();
      tower.finishRun();

      VisualTokens tokens = visualTokens(stream);

      assertThat(tokens.getTileIndex()).isEqualTo(3);
      assertThat(tokens.getLength()).isEqualTo(2);
      assertThat(tokens.getHiddenSize()).isEqualTo(2);
      assertThat(tokens.getElementType()).isEqualTo(ElementType.ELEMENT_TYPE_FLOAT32);
      assertThat(tokens.getData().size()).isEqualTo(16);
      assertThat(tokens.getTileDigest().toByteArray())
          .isEqualTo(Digest.of(SteppedTower.tile(3)).toBytes());
      assertThat(tokens.getFingerprint()).isEqualTo(FINGERPRINT);
      assertThat(tokens.getDigest().toByteArray())
          .isEqualTo(Digest.of(tokens.getData().toByteArray()).toBytes());

      stream.send(tile(4));
      stream.halfClose();
      tower.awaitRun();
      tower.finishRun();
      assertThat(visualTokens(stream).getTileIndex()).isEqualTo(4);
      EncodeSummary summary = stream.next().orElseThrow().getSummary();
      assertThat(summary.getActivitiesList())
          .allMatch(activity -> activity.getStage() == Stage.STAGE_ENCODER)
          .extracting(Activity::getKind)
          .containsExactly(
              ActivityKind.ACTIVITY_KIND_QUEUE,
              ActivityKind.ACTIVITY_KIND_ENCODE,
              ActivityKind.ACTIVITY_KIND_QUEUE,
              ActivityKind.ACTIVITY_KIND_ENCODE);
      assertThat(stream.next()).isEmpty();
    }
  }

  @Test
  void aStreamWithoutTilesIsAnsweredWithASummary() {
    try (var stream = open()) {
      stream.send(header());
      stream.halfClose();

      assertThat(stream.next().orElseThrow().hasSummary()).isTrue();
      assertThat(stream.next()).isEmpty();
    }
  }

  @Test
  void streamsWithOnePictureEncodeItOnce() throws Exception {
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<VisualTokens>>> answers = new ArrayList<>();
      for (int stream = 0; stream < 5; stream++) {
        answers.add(callers.submit(() -> answers(header(), tile(1))));
      }
      tower.awaitRun();
      tower.finishRun();
      List<VisualTokens> first = answers.getFirst().get();
      for (Future<List<VisualTokens>> answer : answers) {
        assertThat(answer.get()).isEqualTo(first);
      }
    }
    assertThat(sum("argus.encoder.feature_cache.misses")).isEqualTo(1);
    assertThat(sum("argus.encoder.feature_cache.hits")).isEqualTo(4);
    assertThat(cache.bytes()).isEqualTo(16);

    tower.runFreely();
    answers(tenant("another"), tile(1));
    assertThat(sum("argus.encoder.feature_cache.misses")).isEqualTo(2);
  }

  @Test
  void cachedTilesAreToldOf() {
    tower.runFreely();
    answers(header(), tile(1));
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(1));
      stream.send(tile(2));
      stream.halfClose();
      visualTokens(stream);
      visualTokens(stream);
      EncodeSummary summary = stream.next().orElseThrow().getSummary();
      assertThat(summary.getCachedTiles()).isEqualTo(1);
      assertThat(summary.getActivitiesList())
          .filteredOn(done -> done.getKind() == ActivityKind.ACTIVITY_KIND_ENCODE)
          .extracting(Activity::getItems)
          .containsExactly(1);
    }
    SpanData served =
        awaitSpan(span -> attribute(span, "argus.tiles") == 2 && span.getKind() == SpanKind.SERVER);
    assertThat(attribute(served, "argus.tiles.cached")).isEqualTo(1);
  }

  private long gauge(String metric) {
    return reader.collectAllMetrics().stream()
        .filter(data -> data.getName().equals(metric))
        .flatMap(data -> data.getLongGaugeData().getPoints().stream())
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private long sum(String metric) {
    return reader.collectAllMetrics().stream()
        .filter(data -> data.getName().equals(metric))
        .flatMap(data -> data.getLongSumData().getPoints().stream())
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  /** What a stream of its own is answered, by tile. */
  private List<VisualTokens> answers(EncodeRequest... requests) {
    try (var stream = open()) {
      for (EncodeRequest request : requests) {
        stream.send(request);
      }
      stream.halfClose();
      List<VisualTokens> tokens = new ArrayList<>();
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        if (next.get().hasVisualTokens()) {
          tokens.add(next.get().getVisualTokens());
        }
      }
      tokens.sort(Comparator.comparingInt(VisualTokens::getTileIndex));
      return tokens;
    }
  }
}
