package dev.argus.preprocess.core;

import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.image.RgbImage;
import dev.argus.preprocess.core.tile.Tile;
import dev.argus.preprocess.core.tile.Tiler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * One conversation on its way through the {@link Preprocessor}: the headers of all pictures, the
 * prompt, then picture after picture its tiles. While one picture's tiles are cut and sent, the
 * next ones are decoded, as far as threads and memory allow.
 *
 * <p>Belongs to the thread that runs it.
 */
final class PreprocessRun {
  private final Timeline timeline;
  private final WorkPool pool;
  private final PixelBudget budget;
  private final PreprocessLimits limits;
  private final Parallelism parallelism;
  private final List<OpenedPicture> pictures = new ArrayList<>();
  private final Deque<PictureInHand> inHand = new ArrayDeque<>();
  private final BusyTime queued = new BusyTime();

  PreprocessRun(
      Timeline timeline,
      WorkPool pool,
      PixelBudget budget,
      PreprocessLimits limits,
      Parallelism parallelism) {
    this.timeline = timeline;
    this.pool = pool;
    this.budget = budget;
    this.limits = limits;
    this.parallelism = parallelism;
  }

  void run(Conversation conversation, ServedModel model, PreprocessSink sink) {
    try {
      Prompt prompt = await(() -> prepare(conversation, model));
      sink.prompt(prompt);
      sendTiles(prompt, sink);
    } finally {
      inHand.forEach(PictureInHand::drop);
      timeline.record(queued.toActivity(ActivityKind.QUEUE, 1));
    }
  }

  private Prompt prepare(Conversation conversation, ServedModel model) {
    long start = timeline.elapsedNanos();
    Prompt prompt = model.prompts().apply(describe(conversation));
    timeline.record(ActivityKind.TOKENIZE, start, prompt.layout().tokenIds().length);
    return prompt;
  }

  /** Replaces each picture by its size, and remembers it. */
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
        var size = opened.file().size();
        yield new ChatMessage.Picture(size.width(), size.height(), picture.detail());
      }
    };
  }

  private void sendTiles(Prompt prompt, PreprocessSink sink) {
    int index = 0;
    for (int picture = 0; picture < pictures.size(); picture++) {
      takeInHand(prompt, picture);
      PictureInHand current = inHand.getFirst();
      Tiler tiler = new Tiler(current.plan(), image(current));
      BusyTime resizing = new BusyTime();
      while (tiler.hasNext()) {
        sink.tile(index++, await(() -> cut(tiler, resizing)));
      }
      timeline.record(resizing.toActivity(ActivityKind.RESIZE, current.plan().tiles()));
      inHand.removeFirst().drop();
    }
  }

  /** Has a picture decoded and, as far as there is memory, some of those after it. */
  private void takeInHand(Prompt prompt, int picture) {
    int end = Math.min(picture + 1 + parallelism.picturesAhead(), pictures.size());
    for (int next = picture + inHand.size(); next < end; next++) {
      TilePlan plan = prompt.plans().get(next);
      var share = budget.share(PictureInHand.bytes(plan));
      if (inHand.isEmpty()) {
        // Only a run that holds nothing waits, so that no two wait for each other.
        long start = timeline.elapsedNanos();
        budget.take(share, parallelism.longestWait());
        queued.add(start, timeline.elapsedNanos());
      } else if (!budget.tryTake(share)) {
        return;
      }
      inHand.addLast(new PictureInHand(pictures.get(next), plan, budget, share, pool, timeline));
    }
  }

  private RgbImage image(PictureInHand picture) {
    long start = timeline.elapsedNanos();
    var decoded = WorkPool.await(picture.decoded());
    queued.add(start, Math.max(start, decoded.startNanos()));
    return decoded.image();
  }

  private Tile cut(Tiler tiler, BusyTime resizing) {
    long start = timeline.elapsedNanos();
    Tile tile = tiler.next();
    resizing.add(start, timeline.elapsedNanos());
    return tile;
  }

  /** Has a piece of work done and waits for it. */
  private <T> T await(Supplier<T> work) {
    long submitted = timeline.elapsedNanos();
    return WorkPool.await(
        pool.submit(() -> {
          queued.add(submitted, timeline.elapsedNanos());
          return work.get();
        }));
  }
}
