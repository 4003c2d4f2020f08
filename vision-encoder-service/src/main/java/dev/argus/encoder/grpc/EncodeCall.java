package dev.argus.encoder.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.argus.base.digest.Digest;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.base.tenant.Tenant;
import dev.argus.base.timeline.Timeline;
import dev.argus.encoder.core.ServedModel;
import dev.argus.encoder.core.TileLane;
import dev.argus.encoder.core.VisionTower;
import dev.argus.service.wire.Activities;
import dev.argus.service.wire.StreamReceiver;
import dev.argus.service.wire.StreamSender;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.ElementType;
import dev.argus.stage.v1.EncodeHeader;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeSummary;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.Stage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * One encode stream.
 *
 * <p>Two virtual threads: this one writes answers as the encoder makes them, another reads tiles
 * and queues them. Whatever happens on either, or to the call, becomes an event in the {@link
 * Outbox}, so there is one place where the stream ends, and one {@code finally} that leaves the
 * encoder.
 */
final class EncodeCall {
  private static final AttributeKey<Long> TILES = AttributeKey.longKey("argus.tiles");
  private static final AttributeKey<Long> CACHED_TILES = AttributeKey.longKey("argus.tiles.cached");

  private final Map<String, ServedModel> models;
  private final Tracer tracer;
  private final EncoderMetrics metrics;
  private final Outbox outbox;
  private final StreamReceiver<EncodeRequest> requests;
  private final StreamSender<EncodeResponse> answers;

  EncodeCall(
      Map<String, ServedModel> models,
      Tracer tracer,
      EncoderMetrics metrics,
      Outbox outbox,
      StreamReceiver<EncodeRequest> requests,
      StreamSender<EncodeResponse> answers) {
    this.models = models;
    this.tracer = tracer;
    this.metrics = metrics;
    this.outbox = outbox;
    this.requests = requests;
    this.answers = answers;
  }

  void run() {
    Timeline timeline = Timeline.start();
    EncodeHeader header = header();
    ServedModel model = model(header.getCheckpoint());
    Tenant tenant = Tenant.parse(header.getTenant(), "header.tenant");
    MeasuredListener listener =
        new MeasuredListener(outbox, tracer, Context.current(), metrics, model.name());
    answers.onCancel(outbox::wake);
    Thread reader = null;
    try (TileLane lane = model.queue().open(tenant, timeline, listener)) {
      reader =
          Thread.ofVirtual()
              .name("argus-encode-reader")
              .start(() -> readTiles(lane, model.queue().tower().side()));
      int reused = writeAnswers(model);
      answers.send(EncodeResponse.newBuilder().setSummary(summary(timeline, reused)).build());
    } finally {
      if (reader != null) {
        reader.interrupt();
      }
    }
  }

  private EncodeHeader header() {
    Optional<EncodeRequest> first = requests.next();
    if (first.isEmpty() || !first.get().hasHeader()) {
      throw new InvalidInput("header", "has to be the first message of the stream");
    }
    return first.get().getHeader();
  }

  private ServedModel model(CheckpointRef checkpoint) {
    ServedModel model = models.get(checkpoint.getModel());
    if (model == null) {
      throw new NotFound(
          "There is no model \"" + checkpoint.getModel() + "\" at this vision encoder");
    }
    if (!model.fingerprint().equals(checkpoint.getFingerprint())) {
      throw new WrongCheckpoint(
          "header.checkpoint.fingerprint is \"%s\", but the vision encoder's %s is %s"
              .formatted(checkpoint.getFingerprint(), model.name(), model.fingerprint()));
    }
    return model;
  }

  /** Ends when the tiles do, when one is wrong, or when the writer has ended and interrupts it. */
  private void readTiles(TileLane lane, int side) {
    try {
      int tiles = 0;
      while (true) {
        outbox.awaitRoom();
        Optional<EncodeRequest> request = requests.next();
        if (request.isEmpty()) {
          outbox.allReceived(tiles);
          return;
        }
        queue(request.get(), lane, side);
        tiles++;
      }
    } catch (Throwable failure) { // The writer's to report.
      outbox.failed(failure);
    }
  }

  private void queue(EncodeRequest request, TileLane lane, int side) {
    switch (request.getEventCase()) {
      case TILE -> {
        Tile tile = request.getTile();
        ByteBuffer pixels = TileCheck.pixels(tile, side);
        Digest digest = Digest.of(pixels);
        outbox.announce(tile.getIndex(), digest);
        lane.submit(tile.getIndex(), digest, pixels);
      }
      case HEADER -> throw new InvalidInput("header", "may come only once");
      case EVENT_NOT_SET -> throw new InvalidInput("event", "is not set");
    }
  }

  /** How many of the tiles were not encoded for this stream. */
  private int writeAnswers(ServedModel model) {
    int sent = 0;
    int reused = 0;
    int expected = -1;
    while (sent != expected) {
      switch (outbox.next()) {
        case Outbox.Encoded encoded -> {
          answers.send(EncodeResponse.newBuilder().setVisualTokens(tokens(encoded, model)).build());
          outbox.sent();
          sent++;
          reused += encoded.reused() ? 1 : 0;
        }
        case Outbox.AllReceived all -> expected = all.tiles();
        case Outbox.Failed failed -> throw unchecked(failed.cause());
        case Outbox.Woken _ -> answers.ensureOpen();
      }
    }
    Span.current().setAttribute(TILES, sent).setAttribute(CACHED_TILES, reused);
    return reused;
  }

  private static RuntimeException unchecked(Throwable failure) {
    return switch (failure) {
      case RuntimeException known -> known;
      case Error error -> throw error;
      default -> new IllegalStateException(failure);
    };
  }

  private static VisualTokens tokens(Outbox.Encoded encoded, ServedModel model) {
    VisionTower tower = model.queue().tower();
    return VisualTokens.newBuilder()
        .setTileIndex(encoded.index())
        .setLength(tower.visualTokens())
        .setHiddenSize(tower.hiddenSize())
        .setElementType(ElementType.ELEMENT_TYPE_FLOAT32)
        // Not copied: the buffer is this call's own and nobody writes to it again.
        .setData(UnsafeByteOperations.unsafeWrap(encoded.features()))
        .setTileDigest(UnsafeByteOperations.unsafeWrap(encoded.digest().toBytes()))
        .setFingerprint(model.fingerprint())
        .setDigest(UnsafeByteOperations.unsafeWrap(Digest.of(encoded.features()).toBytes()))
        .build();
  }

  private static EncodeSummary summary(Timeline timeline, int cachedTiles) {
    return EncodeSummary.newBuilder()
        .setCachedTiles(cachedTiles)
        .addAllActivities(Activities.toProto(Stage.STAGE_ENCODER, timeline))
        .build();
  }
}
