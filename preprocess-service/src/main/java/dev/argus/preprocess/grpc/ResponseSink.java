package dev.argus.preprocess.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.argus.base.digest.Digest;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.PreparedPrompt;
import dev.argus.preprocess.core.PreprocessSink;
import dev.argus.preprocess.core.ServedModel;
import dev.argus.preprocess.core.image.Orientation;
import dev.argus.service.wire.StreamSender;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.ImageGeometry;
import dev.argus.stage.v1.PreprocessHeader;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualSpan;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Writes prompts and tiles to a stream. Tiles are sent as they are, without a copy.
 *
 * @param call says which tiles are held
 */
record ResponseSink(ServedModel model, PreprocessCall call, StreamSender<PreprocessResponse> sender)
    implements PreprocessSink {
  /** Long enough for a decoder that has a slot free, and too short to matter where none is. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(20);

  @Override
  public int heldTiles() {
    return call.heldTiles();
  }

  @Override
  public void awaitHeldTiles() {
    call.awaitHeldTiles(LONGEST_WAIT);
  }

  @Override
  public void prompt(PreparedPrompt prepared) {
    Prompt prompt = prepared.prompt();
    var header =
        PreprocessHeader.newBuilder()
            .setCheckpoint(
                CheckpointRef.newBuilder()
                    .setModel(model.name())
                    .setFingerprint(model.fingerprint()))
            .setLayout(toProto(prompt.layout(), prepared.spans()));
    for (int i = 0; i < prompt.plans().size(); i++) {
      header.addImages(toProto(prompt.plans().get(i), prepared.orientations().get(i)));
    }
    sender.send(PreprocessResponse.newBuilder().setHeader(header).build());
  }

  @Override
  public void tile(int index, dev.argus.preprocess.core.tile.Tile tile) {
    sender.send(
        PreprocessResponse.newBuilder()
            .setTile(
                Tile.newBuilder()
                    .setIndex(index)
                    .setSide(tile.side())
                    .setPixels(UnsafeByteOperations.unsafeWrap(tile.pixels())))
            .build());
  }

  private static dev.argus.stage.v1.PromptLayout toProto(
      PromptLayout layout, List<Digest> digests) {
    var message = dev.argus.stage.v1.PromptLayout.newBuilder();
    Arrays.stream(layout.tokenIds()).forEach(message::addTokenIds);
    for (int i = 0; i < digests.size(); i++) {
      message.addSpans(
          VisualSpan.newBuilder()
              .setPosition(layout.spans().get(i).position())
              .setLength(layout.spans().get(i).length())
              .setDigest(UnsafeByteOperations.unsafeWrap(digests.get(i).toBytes())));
    }
    return message.build();
  }

  private static ImageGeometry toProto(TilePlan plan, Orientation orientation) {
    return ImageGeometry.newBuilder()
        .setWidth(plan.source().width())
        .setHeight(plan.source().height())
        .setRows(plan.rows())
        .setColumns(plan.columns())
        .setTiles(plan.tiles())
        .setOrientation(orientation.tag())
        .build();
  }
}
