package dev.argus.encoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncodeSpansTest extends EncodeStreams {
  @Test
  void everyRunIsASpanBelowTheStreams() {
    tower.runFreely();
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(1));
      stream.halfClose();
      while (stream.next().isPresent()) {}
    }

    SpanData encode = awaitSpan(span -> span.getName().equals("argus.encoder.encode"));
    SpanData served = awaitSpan(span -> span.getSpanId().equals(encode.getParentSpanId()));
    assertThat(served.getName()).contains("EncodeService/Encode");
    assertThat(encode.getAttributes().get(AttributeKey.longKey("argus.batch.tiles"))).isEqualTo(1);
  }

  @Test
  void streamsThatShareARunAreLinked() {
    twoStreamsShareARunAfterAnother();

    List<SpanData> runs =
        await()
            .until(
                () ->
                    spans.getFinishedSpanItems().stream()
                        .filter(span -> span.getName().equals("argus.encoder.encode"))
                        .toList(),
                ended -> ended.size() == 3);
    assertThat(runs.getFirst().getLinks()).isEmpty();
    assertThat(runs.get(1).getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(runs.get(2).getSpanContext());
    assertThat(runs.get(2).getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(runs.get(1).getSpanContext());
  }

  private void twoStreamsShareARunAfterAnother() {
    try (var first = open();
        var second = open();
        var third = open()) {
      first.send(header());
      first.send(tile(1));
      tower.awaitRun();
      second.send(header());
      second.send(tile(2));
      third.send(header());
      third.send(tile(3));
      awaitQueued(2);
      tower.finishRun();
      tower.awaitRun();
      tower.finishRun();
      visualTokens(second);
      visualTokens(third);
    }
  }

  @Test
  void aSharedRunIsCountedOnce() {
    twoStreamsShareARunAfterAnother();

    assertThat(reader.collectAllMetrics())
        .filteredOn(metric -> metric.getName().equals("argus.encoder.batch_tiles"))
        .flatExtracting(metric -> metric.getHistogramData().getPoints())
        .singleElement()
        .satisfies(runs -> {
          assertThat(runs.getCount()).isEqualTo(2);
          assertThat(runs.getSum()).isEqualTo(3);
        });
  }
}
