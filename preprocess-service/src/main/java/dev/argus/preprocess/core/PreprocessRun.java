package dev.argus.preprocess.core;

import dev.argus.base.digest.Digest;
import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.tile.Tile;
import dev.argus.preprocess.core.tile.Tiler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One conversation on its way through the {@link Preprocessor}: the headers of all pictures, the
 * prompt, then picture after picture its tiles. While one picture's tiles are cut and sent, the
 * next ones are decoded, as far as threads and memory allow; the first one is while the files'
 * digests are computed, unless it was seen of late. Tiles that turn out to be held are not cut, and
 * a picture all of whose tiles are is not decoded, unless that has begun.
 *
 * <p>Belongs to the thread that runs it.
 */
final class PreprocessRun {
  /** A piece of work that gets its thread sooner has not waited for one: it was handed over. */
  private static final long SHORTEST_WAIT_NANOS = 50_000;

  /** How often to look how much of a picture is decoded. */
  private static final Duration LOOK = Duration.ofMillis(1);

  private final Timeline timeline;
  private final WorkPool pool;
  private final PictureWorkshop workshop;
  private final PixelBudget budget;
  private final RecentPictures recent;
  private final PreprocessLimits limits;
  private final Parallelism parallelism;
  private final List<OpenedPicture> pictures = new ArrayList<>();
  private final List<Long> checksums = new ArrayList<>();
  private final Deque<PictureInHand> inHand = new ArrayDeque<>();

  /** When a thread began to read the conversation. */
  private long readNanos;

  PreprocessRun(
      Timeline timeline,
      WorkPool pool,
      PictureWorkshop workshop,
      PixelBudget budget,
      RecentPictures recent,
      PreprocessLimits limits,
      Parallelism parallelism) {
    this.timeline = timeline;
    this.pool = pool;
    this.workshop = workshop;
    this.budget = budget;
    this.recent = recent;
    this.limits = limits;
    this.parallelism = parallelism;
  }

  void run(Conversation conversation, ServedModel model, PreprocessSink sink) {
    try {
      Prompt prompt = WorkPool.await(submit(() -> read(conversation, model)));
      List<TilePlan> plans = prompt.plans();
      var prepared = submit(() -> prepare(prompt, model));
      boolean again = recent.saw(checksums);
      if (!again) {
        takeInHand(plans, 0, sink, /* patient= */ false);
      }
      sink.prompt(WorkPool.await(prepared));
      if (again) {
        sink.awaitHeldTiles();
      }
      sendTiles(plans, sink);
    } finally {
      inHand.forEach(PictureInHand::drop);
    }
  }

  private Prompt read(Conversation conversation, ServedModel model) {
    readNanos = timeline.elapsedNanos();
    return model.prompts().apply(describe(conversation));
  }

  private PreparedPrompt prepare(Prompt prompt, ServedModel model) {
    List<Digest> files = pictures.stream().map(picture -> Digest.of(picture.bytes())).toList();
    List<Digest> spans = SpanDigests.of(model.fingerprint(), files, prompt.plans());
    timeline.record(ActivityKind.TOKENIZE, readNanos, prompt.layout().tokenIds().length);
    return new PreparedPrompt(
        prompt, spans, pictures.stream().map(picture -> picture.file().orientation()).toList());
  }

  /** Replaces each picture by its size, and remembers it and its checksum. */
  private List<ChatMessage> describe(Conversation conversation) {
    List<ChatMessage> messages = new ArrayList<>();
    for (Conversation.Turn turn : conversation.turns()) {
      String content = Fields.message(messages.size()) + ".content";
      List<ChatMessage.Part> parts = new ArrayList<>();
      for (Conversation.Part part : turn.parts()) {
        parts.add(describe(part, Fields.part(content, parts.size())));
      }
      messages.add(new ChatMessage(turn.role(), parts));
    }
    return messages;
  }

  private ChatMessage.Part describe(Conversation.Part part, String field) {
    return switch (part) {
      case Conversation.Text text -> new ChatMessage.Text(text.text());
      case Conversation.Picture picture -> {
        var opened = OpenedPicture.open(picture.file(), Fields.data(field), limits);
        pictures.add(opened);
        checksums.add(RecentPictures.checksum(picture.file()));
        var size = opened.file().size();
        yield new ChatMessage.Picture(size.width(), size.height(), picture.detail());
      }
    };
  }

  private void sendTiles(List<TilePlan> plans, PreprocessSink sink) {
    int[] ends = ends(plans);
    for (int picture = 0; picture < pictures.size(); picture++) {
      if (sink.heldTiles() < ends[picture]) {
        takeInHand(plans, picture, sink, /* patient= */ true);
        PictureInHand current = inHand.getFirst();
        sendTiles(current, ends[picture] - current.plan().tiles(), sink);
      }
      if (!inHand.isEmpty()) {
        inHand.removeFirst().drop();
      }
    }
  }

  /** For each picture, the index after its last tile. */
  private static int[] ends(List<TilePlan> plans) {
    int[] ends = plans.stream().mapToInt(TilePlan::tiles).toArray();
    Arrays.parallelPrefix(ends, Integer::sum);
    return ends;
  }

  /**
   * Has a picture decoded and, as far as there is memory, some of those after it.
   *
   * @param patient whether to wait for the memory of the first
   */
  private void takeInHand(List<TilePlan> plans, int picture, PreprocessSink sink, boolean patient) {
    int[] ends = ends(plans);
    int end = Math.min(picture + 1 + parallelism.picturesAhead(), pictures.size());
    for (int next = picture + inHand.size(); next < end; next++) {
      TilePlan plan = plans.get(next);
      var share = budget.share(PictureInHand.bytes(plan));
      if (patient && inHand.isEmpty()) {
        // Only a run that holds nothing waits, so that no two wait for each other.
        long start = timeline.elapsedNanos();
        budget.take(share, parallelism.longestWait());
        queued(start, timeline.elapsedNanos());
      } else if (!budget.tryTake(share)) {
        return;
      }
      int tiles = ends[next];
      inHand.addLast(
          new PictureInHand(
              pictures.get(next),
              plan,
              () -> sink.heldTiles() < tiles,
              budget,
              share,
              workshop,
              pool,
              timeline));
    }
  }

  /**
   * Sends the tiles of a picture, but for those that are held.
   *
   * @param first the index of the picture's first tile
   */
  private void sendTiles(PictureInHand picture, int first, PreprocessSink sink) {
    Optional<Tiler> tiler = tiler(picture);
    if (tiler.isEmpty()) {
      return;
    }
    Tiler tiles = tiler.get();
    for (int index = first; tiles.hasNext(); index++) {
      if (index < sink.heldTiles()) {
        tiles.skip();
      } else {
        sink.tile(index, next(picture, tiles));
      }
    }
  }

  private Tile next(PictureInHand picture, Tiler tiles) {
    long start = timeline.elapsedNanos();
    Optional<Duration> idle = tiles.awaitReady();
    if (idle.isPresent()) {
      long begin = Math.min(start + idle.get().toNanos(), timeline.elapsedNanos());
      queued(start, begin);
      return cut(tiles, begin);
    }
    CompletableFuture<Tile> cutting = submit(() -> cut(tiles, timeline.elapsedNanos()));
    picture.read(cutting);
    return WorkPool.await(cutting);
  }

  /** Waits for a picture; empty when it is not needed any more. */
  private Optional<Tiler> tiler(PictureInHand picture) {
    long start = timeline.elapsedNanos();
    Optional<PictureInHand.Decoded> decoded =
        WorkPool.await(picture.decoded(), LOOK, picture::cutAhead);
    decoded.ifPresent(done -> queued(start, done.startNanos()));
    return decoded.map(PictureInHand.Decoded::tiler);
  }

  private Tile cut(Tiler tiler, long start) {
    Tile tile = tiler.next();
    timeline.record(ActivityKind.RESIZE, start, 1);
    return tile;
  }

  private <T> CompletableFuture<T> submit(Supplier<T> work) {
    long submitted = timeline.elapsedNanos();
    return pool.submit(() -> {
      queued(submitted, timeline.elapsedNanos());
      return work.get();
    });
  }

  private void queued(long fromNanos, long toNanos) {
    if (toNanos - fromNanos >= SHORTEST_WAIT_NANOS) {
      timeline.record(new Activity(ActivityKind.QUEUE, fromNanos, toNanos - fromNanos, 1));
    }
  }
}
