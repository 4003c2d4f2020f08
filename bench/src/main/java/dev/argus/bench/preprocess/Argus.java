package dev.argus.bench.preprocess;

import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.prompt.ChatMessage.Role;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.preprocess.core.Conversation;
import dev.argus.preprocess.core.Parallelism;
import dev.argus.preprocess.core.PreparedPrompt;
import dev.argus.preprocess.core.PreprocessLimits;
import dev.argus.preprocess.core.PreprocessRecipe;
import dev.argus.preprocess.core.PreprocessSink;
import dev.argus.preprocess.core.Preprocessor;
import dev.argus.preprocess.core.ServedModel;
import dev.argus.preprocess.core.tile.Tile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The preprocessing service's core, by some of its recipes: header, file digest, decoding and
 * resizes. Used by one thread.
 */
final class Argus implements Contender {
  private final String label;
  private final Preprocessor preprocessor;
  private final List<Double> decodeMillis = new ArrayList<>();
  private final List<Double> resizeMillis = new ArrayList<>();
  private byte[] file = {};
  private int runs;

  Argus(String label, int threads, Set<PreprocessRecipe> recipes) {
    this.label = label;
    var parallelism =
        new Parallelism(threads, 4, 0, 1L << 30, Duration.ofMinutes(1), Duration.ofSeconds(1));
    this.preprocessor = new Preprocessor(PreprocessLimits.defaults(), parallelism, recipes);
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public void prepare(Picture picture) {
    Timeline timeline = run(picture, _ -> {});
    decodeMillis.add(millis(timeline, ActivityKind.DECODE_IMAGE));
    resizeMillis.add(millis(timeline, ActivityKind.RESIZE));
  }

  @Override
  public Optional<String> digest(Picture picture) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      run(picture, tile -> digest.update(tile.pixels()));
      return Optional.of(HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Of each {@link #prepare} since the last call, what decoding took. */
  List<Double> takeDecodeMillis() {
    return take(decodeMillis);
  }

  /** Of each {@link #prepare} since the last call, what everything after decoding took. */
  List<Double> takeResizeMillis() {
    return take(resizeMillis);
  }

  private static List<Double> take(List<Double> millis) {
    List<Double> taken = List.copyOf(millis);
    millis.clear();
    return taken;
  }

  private Timeline run(Picture picture, Consumer<Tile> tiles) {
    var prompt = new Prompt(new PromptLayout(new int[0], List.of()), List.of(picture.plan()));
    var model = new ServedModel("bench", "0".repeat(64), _ -> prompt);
    var question =
        new Conversation.Turn(
            Role.USER, List.of(new Conversation.Picture(unseen(picture), Detail.AUTO)));
    Timeline timeline = Timeline.start();
    preprocessor.preprocess(new Conversation(List.of(question)), model, timeline, new Sink(tiles));
    return timeline;
  }

  /** The picture's file as one that was not seen before: what follows its end differs. */
  private byte[] unseen(Picture picture) {
    int length = picture.file().length;
    if (file.length != length + Integer.BYTES) {
      file = Arrays.copyOf(picture.file(), length + Integer.BYTES);
    }
    ByteBuffer.wrap(file).putInt(length, runs++);
    return file;
  }

  /** From the beginning of the first to the end of the last: they may overlap or leave gaps. */
  private static double millis(Timeline timeline, ActivityKind kind) {
    LongSummaryStatistics starts = new LongSummaryStatistics();
    LongSummaryStatistics ends = new LongSummaryStatistics();
    for (Activity activity : timeline.activities()) {
      if (activity.kind() == kind) {
        starts.accept(activity.startNanos());
        ends.accept(activity.startNanos() + activity.durationNanos());
      }
    }
    return (ends.getMax() - starts.getMin()) / 1e6;
  }

  @Override
  public void close() {
    preprocessor.close();
  }

  /** Takes tiles as fast as they come. */
  private record Sink(Consumer<Tile> tiles) implements PreprocessSink {
    @Override
    public void prompt(PreparedPrompt prompt) {}

    @Override
    public void awaitHeldTiles() {}

    @Override
    public int heldTiles() {
      return 0;
    }

    @Override
    public void tile(int index, Tile tile) {
      tiles.accept(tile);
    }
  }
}
