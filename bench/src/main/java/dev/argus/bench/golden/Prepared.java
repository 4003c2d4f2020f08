package dev.argus.bench.golden;

import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.preprocess.core.Conversation;
import dev.argus.preprocess.core.Parallelism;
import dev.argus.preprocess.core.PreparedPrompt;
import dev.argus.preprocess.core.PreprocessLimits;
import dev.argus.preprocess.core.PreprocessSink;
import dev.argus.preprocess.core.Preprocessor;
import dev.argus.preprocess.core.ServedModel;
import dev.argus.preprocess.core.tile.Tile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as preprocessing hands it on.
 *
 * @param tiles uint8 RGB, in the order of the layout's spans
 */
record Prepared(PromptLayout layout, List<ByteBuffer> tiles) {

  static Prepared of(Checkpoint checkpoint, Conversation conversation) {
    var model = new ServedModel("bench", checkpoint.fingerprint(), checkpoint.prompts()::build);
    Gathering sink = new Gathering();
    try (Preprocessor preprocessor =
        new Preprocessor(PreprocessLimits.defaults(), Parallelism.defaults())) {
      preprocessor.preprocess(conversation, model, Timeline.start(), sink);
    }
    return new Prepared(Objects.requireNonNull(sink.layout, "no prompt"), sink.tiles);
  }

  private static final class Gathering implements PreprocessSink {
    private @Nullable PromptLayout layout;
    private final List<ByteBuffer> tiles = new ArrayList<>();

    @Override
    public void prompt(PreparedPrompt prompt) {
      layout = prompt.prompt().layout();
    }

    @Override
    public void awaitHeldTiles() {}

    @Override
    public int heldTiles() {
      return 0;
    }

    @Override
    public void tile(int index, Tile tile) {
      tiles.add(ByteBuffer.wrap(tile.pixels()));
    }
  }
}
