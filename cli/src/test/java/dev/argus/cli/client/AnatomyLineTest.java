package dev.argus.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Completion;
import dev.argus.v1.Usage;
import org.junit.jupiter.api.Test;

final class AnatomyLineTest {

  @Test
  void saysWhereTheMillisecondsWent() {
    Completion completion =
        Completion.newBuilder()
            .setUsage(
                Usage.newBuilder()
                    .setTiles(13)
                    .setPromptTokens(889)
                    .setVisualTokens(832)
                    .setCompletionTokens(24))
            .setAnatomy(
                Anatomy.newBuilder()
                    .setTtftMs(530.2)
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_TOKENIZE, 0, 1.25, 889))
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_DECODE_IMAGE, 1, 12.4, 1))
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_ENCODE, 20, 410, 13))
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_QUEUE, 20, 0.01, 1))
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_PREFILL, 435, 95, 889))
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_DECODE, 530, 324, 23)))
            .build();

    assertThat(AnatomyLine.of(completion))
        .isEqualTo(
            "13 tiles · 889 prompt tokens · tokenize 1.3 ms · decode image 12 ms · encode 410 ms"
                + " · prefill 95 ms · first token 530 ms · 24 tokens at 71/s");
  }

  @Test
  void countsTimeThatActivitiesShareOnce() {
    Completion completion =
        Completion.newBuilder()
            .setUsage(Usage.newBuilder().setTiles(1).setPromptTokens(1).setCompletionTokens(1))
            .setAnatomy(
                Anatomy.newBuilder()
                    .setTtftMs(60)
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_RESIZE, 10, 20, 1))
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_RESIZE, 0, 20, 1))
                    .addActivities(activity(ActivityKind.ACTIVITY_KIND_RESIZE, 40, 10, 1)))
            .build();

    assertThat(AnatomyLine.of(completion))
        .isEqualTo("1 tile · 1 prompt token · resize 40 ms · first token 60 ms · 1 token");
  }

  @Test
  void tellsWhatWasCached() {
    Completion completion =
        Completion.newBuilder()
            .setUsage(
                Usage.newBuilder()
                    .setTiles(13)
                    .setCachedTiles(13)
                    .setPromptTokens(889)
                    .setCachedTokens(870)
                    .setCompletionTokens(2))
            .setAnatomy(Anatomy.newBuilder().setTtftMs(9))
            .build();

    assertThat(AnatomyLine.of(completion))
        .isEqualTo(
            "13 tiles (13 cached) · 889 prompt tokens (870 cached) · first token 9.0 ms"
                + " · 2 tokens");
  }

  private static Activity.Builder activity(
      ActivityKind kind, double startMs, double durationMs, int items) {
    return Activity.newBuilder()
        .setKind(kind)
        .setStartMs(startMs)
        .setDurationMs(durationMs)
        .setItems(items);
  }
}
