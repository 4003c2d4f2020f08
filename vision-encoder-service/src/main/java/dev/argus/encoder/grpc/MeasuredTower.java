package dev.argus.encoder.grpc;

import dev.argus.encoder.core.ForwardingTower;
import dev.argus.encoder.core.VisionTower;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tower that counts the tiles of each run and takes its time, whoever shares it and however it
 * ends. Thread-safe as the tower is.
 */
public final class MeasuredTower extends ForwardingTower {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Attributes model;
  private final LongHistogram batchTiles;
  private final DoubleHistogram seconds;

  /**
   * @param tower closed with this
   * @param model the model's name
   */
  public MeasuredTower(VisionTower tower, Meter meter, String model) {
    super(tower);
    this.model = EncoderMetrics.attributes(model);
    this.batchTiles =
        meter
            .histogramBuilder("argus.encoder.batch_tiles")
            .setDescription("Tiles in one run of the vision tower")
            .setUnit("{tile}")
            .ofLongs()
            .setExplicitBucketBoundariesAdvice(List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L))
            .build();
    this.seconds =
        meter
            .histogramBuilder("argus.encoder.encode.duration")
            .setDescription("How long one run of the vision tower takes")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(
                List.of(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0))
            .build();
  }

  @Override
  public List<ByteBuffer> encode(List<ByteBuffer> tiles) {
    long start = System.nanoTime();
    try {
      return tower().encode(tiles);
    } finally {
      batchTiles.record(tiles.size(), model);
      seconds.record((System.nanoTime() - start) / NANOS_PER_SECOND, model);
    }
  }
}
