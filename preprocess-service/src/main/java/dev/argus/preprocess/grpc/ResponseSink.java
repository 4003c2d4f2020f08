package dev.argus.preprocess.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.PreprocessSink;
import dev.argus.preprocess.core.ServedModel;
import dev.argus.service.wire.StreamSender;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.ImageGeometry;
import dev.argus.stage.v1.PreprocessHeader;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualSpan;
import java.util.Arrays;

/** Writes prompts and tiles to a stream. Tiles are sent as they are, without a copy. */
record ResponseSink(ServedModel model, StreamSender<PreprocessResponse> sender)
    implements PreprocessSink {

  @Override
  public void prompt(Prompt prompt) {
    var header =
        PreprocessHeader.newBuilder()
            .setCheckpoint(
                CheckpointRef.newBuilder()
                    .setModel(model.name())
                    .setFingerprint(model.fingerprint()))
            .setLayout(toProto(prompt.layout()));
    prompt.plans().forEach(plan -> header.addImages(toProto(plan)));
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
                    .setPixels(UnsafeByteOperations.unsafeWrap(tile.pixels()))
                    .setDigest(UnsafeByteOperations.unsafeWrap(tile.digest())))
            .build());
  }

  private static dev.argus.stage.v1.PromptLayout toProto(PromptLayout layout) {
    var message = dev.argus.stage.v1.PromptLayout.newBuilder();
    Arrays.stream(layout.tokenIds()).forEach(message::addTokenIds);
    layout
        .spans()
        .forEach(span ->
            message.addSpans(
                VisualSpan.newBuilder().setPosition(span.position()).setLength(span.length())));
    return message.build();
  }

  private static ImageGeometry toProto(TilePlan plan) {
    return ImageGeometry.newBuilder()
        .setWidth(plan.source().width())
        .setHeight(plan.source().height())
        .setRows(plan.rows())
        .setColumns(plan.columns())
        .setTiles(plan.tiles())
        .build();
  }
}
