package dev.argus.preprocess.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.timeline.Activity;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.checkpoint.tiling.Filter;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.preprocess.core.tile.Tile;
import dev.argus.testdata.Golden;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PreprocessorTest {
  private static final Parallelism SMALL =
      new Parallelism(2, 2, 1, 64 << 20, Duration.ofSeconds(20), Duration.ofSeconds(3));

  /** Four tiles a picture, and nothing to tokenize. */
  private static final ServedModel MODEL =
      new ServedModel("model", "f".repeat(64), PreprocessorTest::prompt);

  private Preprocessor preprocessor = new Preprocessor(PreprocessLimits.defaults(), SMALL);

  @AfterEach
  void nothingIsLeft() {
    preprocessor.close();
    assertThat(preprocessor.requestsInProgress()).isZero();
    assertThat(preprocessor.pixelBytesInUse()).isZero();
    assertThat(preprocessor.waitingWork()).isZero();
  }

  @Test
  void sendsThePromptBeforeItCutsAnyTile() {
    Timeline timeline = Timeline.start();
    List<ActivityKind> before = new ArrayList<>();

    preprocessor.preprocess(
        pictures(1),
        MODEL,
        timeline,
        new PreprocessSink() {
          @Override
          public void prompt(PreparedPrompt prompt) {
            timeline.activities().forEach(activity -> before.add(activity.kind()));
          }

          @Override
          public void awaitHeldTiles() {}

          @Override
          public int heldTiles() {
            return 0;
          }

          @Override
          public void tile(int index, Tile tile) {}
        });

    assertThat(before).contains(ActivityKind.TOKENIZE).doesNotContain(ActivityKind.RESIZE);
  }

  @Test
  void tellsWhatItDid() {
    Timeline timeline = Timeline.start();

    preprocessor.preprocess(pictures(3), MODEL, timeline, new RecordingSink());

    assertThat(timeline.activities())
        .allSatisfy(activity -> assertThat(activity.startNanos()).isNotNegative())
        .filteredOn(activity -> activity.kind() != ActivityKind.QUEUE)
        .extracting(Activity::kind)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(
                    Collections.nCopies(1, ActivityKind.TOKENIZE),
                    Collections.nCopies(3, ActivityKind.DECODE_IMAGE),
                    Collections.nCopies(12, ActivityKind.RESIZE))
                .flatMap(List::stream)
                .toList());
  }

  @Test
  void activitiesAreIntervalsOfWorkThatTheReaderDidNotHoldUp() {
    AtomicLong clock = new AtomicLong();
    Timeline timeline = new Timeline(clock::get);

    preprocessor.preprocess(
        pictures(1),
        MODEL,
        timeline,
        new PreprocessSink() {
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
            clock.addAndGet(1_000_000_000); // A slow reader; nothing else takes time.
          }
        });

    assertThat(timeline.activities())
        .filteredOn(activity -> activity.kind() == ActivityKind.RESIZE)
        .containsExactly(
            new Activity(ActivityKind.RESIZE, 0, 0, 1),
            new Activity(ActivityKind.RESIZE, 1_000_000_000, 0, 1),
            new Activity(ActivityKind.RESIZE, 2_000_000_000, 0, 1),
            new Activity(ActivityKind.RESIZE, 3_000_000_000L, 0, 1));
    assertThat(timeline.activities()).noneMatch(activity -> activity.kind() == ActivityKind.QUEUE);
  }

  @Test
  void leavesOutTilesThatAreHeldAndPicturesThatNobodyNeeds() {
    RecordingSink all = new RecordingSink();
    preprocessor.preprocess(pictures(3), MODEL, Timeline.start(), all);
    Timeline timeline = Timeline.start();
    RecordingSink some = new RecordingSink().holding(6);

    preprocessor.preprocess(pictures(3), MODEL, timeline, some);

    assertThat(some.digests()).isEqualTo(all.digests().subList(6, 12));
    assertThat(timeline.activities())
        .filteredOn(activity -> activity.kind() == ActivityKind.DECODE_IMAGE)
        .hasSize(2);
  }

  @Test
  void decodesNothingWhenEveryTileIsHeld() {
    Timeline timeline = Timeline.start();
    RecordingSink sink = new RecordingSink().holding(12);

    preprocessor.preprocess(pictures(3), MODEL, timeline, sink);

    assertThat(sink.tiles()).isEmpty();
    assertThat(timeline.activities())
        .extracting(Activity::kind)
        .doesNotContain(ActivityKind.DECODE_IMAGE, ActivityKind.RESIZE);
  }

  @Test
  void onlyAPictureThatWasSeenOfLateWaitsForTheWordThatItIsHeld() {
    RecordingSink first = new RecordingSink();
    preprocessor.preprocess(pictures(1), MODEL, Timeline.start(), first);
    RecordingSink again = new RecordingSink().hearingOfHeldTilesLate(4);
    Timeline timeline = Timeline.start();

    preprocessor.preprocess(pictures(1), MODEL, timeline, again);

    assertThat(first.waits()).isZero();
    assertThat(first.tiles()).hasSize(4);
    assertThat(again.waits()).isEqualTo(1);
    assertThat(again.tiles()).isEmpty();
    assertThat(timeline.activities())
        .extracting(Activity::kind)
        .doesNotContain(ActivityKind.DECODE_IMAGE);
  }

  @Test
  void sendsTheTilesOfAllPicturesInOrder() {
    RecordingSink all = new RecordingSink();
    preprocessor.preprocess(pictures(5), MODEL, Timeline.start(), all);

    RecordingSink one = new RecordingSink();
    preprocessor.preprocess(pictures(1), MODEL, Timeline.start(), one);

    assertThat(all.digests()).hasSize(20);
    for (int picture = 0; picture < 5; picture++) {
      assertThat(all.digests().subList(4 * picture, 4 * picture + 4)).isEqualTo(one.digests());
    }
  }

  @Test
  void answersTextAlone() {
    RecordingSink sink = new RecordingSink();

    preprocessor.preprocess(Fixtures.asks(Fixtures.text("hi")), MODEL, Timeline.start(), sink);

    assertThat(sink.prompt().plans()).isEmpty();
    assertThat(sink.tiles()).isEmpty();
  }

  @Test
  void namesTheFieldOfABrokenPicture() {
    byte[] file = Golden.bytes("images/08_photo_420_1024x768.jpg");
    Conversation.Picture half =
        new Conversation.Picture(Arrays.copyOf(file, file.length / 2), Detail.AUTO);
    RecordingSink sink = new RecordingSink();

    refuses(
        Fixtures.asks(picture(), Fixtures.text("and"), half),
        sink,
        "messages[0].content[2].image.data",
        "is a truncated JPEG file");
    assertThat(sink.tiles()).hasSize(4);
    refuses(
        Fixtures.asks(
            picture(), new Conversation.Picture("no picture".getBytes(UTF_8), Detail.AUTO)),
        new RecordingSink(),
        "messages[0].content[1].image.data",
        "is not a JPEG, PNG, WebP, GIF or BMP file");
  }

  @Test
  void refusesAPictureThatIsTooLargeBeforeItIsDecoded() {
    PreprocessLimits defaults = PreprocessLimits.defaults();
    preprocessor.close();
    preprocessor =
        new Preprocessor(
            new PreprocessLimits(
                defaults.messages(),
                defaults.partsPerMessage(),
                defaults.images(),
                defaults.textBytes(),
                defaults.imageBytes(),
                1_000_000,
                1_500),
            SMALL);

    refuses(
        Fixtures.asks(Fixtures.picture("09_rgb_pano_2000x120.png", Detail.AUTO)),
        new RecordingSink(),
        "messages[0].content[0].image.data",
        "shows 2000 x 120 pixels; at most 1000000 pixels and 1500 an edge are allowed");
    refuses(
        Fixtures.asks(Fixtures.picture("10_square_444_1600x1600.jpg", Detail.AUTO)),
        new RecordingSink(),
        "messages[0].content[0].image.data",
        "shows 1600 x 1600 pixels");
  }

  @Test
  void pausesOnlyTheRequestWhoseReaderIsSlow() throws Exception {
    Semaphore mayRead = new Semaphore(0);
    CountDownLatch reading = new CountDownLatch(1);
    var slow = runAsync(pictures(2), new BlockingSink(mayRead, reading));
    reading.await();

    RecordingSink quick = new RecordingSink();
    preprocessor.preprocess(pictures(2), MODEL, Timeline.start(), quick);

    assertThat(quick.tiles()).hasSize(8);
    assertThat(slow).isNotDone();
    assertThat(preprocessor.requestsInProgress()).isEqualTo(1);
    mayRead.release(1000);
    slow.get();
  }

  @Test
  void refusesMoreRequestsThanItHasPlacesFor() throws Exception {
    Semaphore mayRead = new Semaphore(0);
    CountDownLatch reading = new CountDownLatch(2);
    var first = runAsync(pictures(1), new BlockingSink(mayRead, reading));
    var second = runAsync(pictures(1), new BlockingSink(mayRead, reading));
    reading.await();

    assertThatThrownBy(() ->
            preprocessor.preprocess(pictures(1), MODEL, Timeline.start(), new RecordingSink()))
        .isInstanceOfSatisfying(
            Overloaded.class, e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(3)));
    mayRead.release(1000);
    first.get();
    second.get();
  }

  @Test
  void refusesARequestForWhichNoMemoryComesFree() throws Exception {
    preprocessor.close();
    preprocessor =
        new Preprocessor(
            PreprocessLimits.defaults(),
            new Parallelism(1, 4, 1, 1024, Duration.ofMillis(20), Duration.ofSeconds(1)));
    Semaphore mayRead = new Semaphore(0);
    CountDownLatch reading = new CountDownLatch(1);
    var first = runAsync(pictures(1), new BlockingSink(mayRead, reading));
    reading.await();

    RecordingSink sink = new RecordingSink();
    assertThatThrownBy(() -> preprocessor.preprocess(pictures(1), MODEL, Timeline.start(), sink))
        .isInstanceOf(Overloaded.class)
        .hasMessageContaining("memory");
    assertThat(sink.prompt().plans()).hasSize(1);
    mayRead.release(1000);
    first.get();
  }

  @Test
  void stopsWhenTheReaderIsGone() {
    PreprocessSink gone =
        new PreprocessSink() {
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
            throw new Cancelled("gone");
          }
        };

    assertThatThrownBy(() -> preprocessor.preprocess(pictures(4), MODEL, Timeline.start(), gone))
        .isInstanceOf(Cancelled.class);
  }

  @Test
  void stopsWhenItsThreadIsInterrupted() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                preprocessor.preprocess(
                    pictures(2),
                    MODEL,
                    Timeline.start(),
                    new BlockingSink(new Semaphore(0), reading));
              } catch (Throwable e) {
                failure.complete(e);
              }
            });
    reading.await();
    caller.interrupt();

    assertThat(failure.get()).isInstanceOf(Cancelled.class);
    caller.join();
  }

  @Test
  void servesManyRequestsAtOnce() throws Exception {
    preprocessor.close();
    preprocessor =
        new Preprocessor(
            PreprocessLimits.defaults(),
            new Parallelism(2, 32, 2, 2 << 20, Duration.ofSeconds(20), Duration.ofSeconds(1)));
    List<CompletableFuture<List<String>>> runs = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      RecordingSink sink = new RecordingSink();
      runs.add(runAsync(pictures(3), sink).thenApply(_ -> sink.digests()));
    }

    List<String> first = runs.getFirst().get();
    for (var run : runs) {
      assertThat(run.get()).hasSize(12).isEqualTo(first);
    }
  }

  private void refuses(
      Conversation conversation, RecordingSink sink, String field, String problem) {
    assertThatThrownBy(() -> preprocessor.preprocess(conversation, MODEL, Timeline.start(), sink))
        .isInstanceOfSatisfying(InvalidInput.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(problem);
  }

  private CompletableFuture<Void> runAsync(Conversation conversation, PreprocessSink sink) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            preprocessor.preprocess(conversation, MODEL, Timeline.start(), sink);
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /** Takes a tile for each permit. */
  private record BlockingSink(Semaphore mayRead, CountDownLatch reading) implements PreprocessSink {
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
      reading.countDown();
      try {
        mayRead.acquire();
      } catch (InterruptedException e) {
        throw new Cancelled("interrupted");
      }
    }
  }

  private static Conversation pictures(int count) {
    Conversation.Part[] parts = new Conversation.Part[count];
    Arrays.setAll(parts, _ -> picture());
    return Fixtures.asks(parts);
  }

  private static Conversation.Picture picture() {
    return Fixtures.picture("05_rgba_320x240.png", Detail.AUTO);
  }

  private static Prompt prompt(List<ChatMessage> messages) {
    List<TilePlan> plans = new ArrayList<>();
    List<VisualSpan> spans = new ArrayList<>();
    for (ChatMessage message : messages) {
      for (ChatMessage.Part part : message.parts()) {
        if (part instanceof ChatMessage.Picture picture) {
          plans.add(plan(new Size(picture.width(), picture.height())));
          for (int i = 0; i < 4; i++) {
            spans.add(new VisualSpan(spans.size(), 1));
          }
        }
      }
    }
    return new Prompt(new PromptLayout(new int[spans.size()], spans), plans);
  }

  private static TilePlan plan(Size picture) {
    return new TilePlan(
        picture,
        List.of(new Size(96, 32)),
        1,
        3,
        TilePlan.Overview.FROM_SOURCE,
        32,
        Filter.BILINEAR);
  }
}
