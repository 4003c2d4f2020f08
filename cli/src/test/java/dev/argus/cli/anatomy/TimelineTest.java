package dev.argus.cli.anatomy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Anatomy;
import dev.argus.v1.Stage;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

final class TimelineTest {
  private static final Anatomy ANATOMY =
      Anatomy.newBuilder()
          .setTtftMs(56)
          .setTotalMs(112)
          .addActivities(activity(Stage.STAGE_DECODER, ActivityKind.ACTIVITY_KIND_PREFILL, 28, 28))
          .addActivities(
              activity(Stage.STAGE_PREPROCESS, ActivityKind.ACTIVITY_KIND_RESIZE, 10, 20))
          .addActivities(
              activity(Stage.STAGE_PREPROCESS, ActivityKind.ACTIVITY_KIND_RESIZE, 20, 20))
          .addActivities(
              activity(Stage.STAGE_PREPROCESS, ActivityKind.ACTIVITY_KIND_DECODE_IMAGE, 0, 10))
          .build();

  private static Activity activity(
      Stage stage, ActivityKind kind, double startMs, double durationMs) {
    return Activity.newBuilder()
        .setStage(stage)
        .setKind(kind)
        .setStartMs(startMs)
        .setDurationMs(durationMs)
        .setItems(1)
        .build();
  }

  @Test
  void lanesAreInTheOrderOfTheRequestsWay() {
    List<Lane> lanes = Lane.of(ANATOMY);

    assertThat(lanes)
        .extracting(lane -> lane.stageName() + ": " + lane.kindName())
        .containsExactly("preprocess: decode image", "preprocess: resize", "decoder: prefill");
  }

  @Test
  void timeThatIsSharedCountsOnce() {
    Lane resize = Lane.of(ANATOMY).get(1);

    assertThat(resize.busyMs()).isCloseTo(30, within(1e-9));
    assertThat(resize.busyMs(0, 15)).isCloseTo(5, within(1e-9));
    assertThat(resize.busyMs(60, 70)).isZero();
  }

  @Test
  void barsAreWhereTheTimeWent() {
    List<String> lines = TerminalTimeline.of(ANATOMY).lines().toList();

    assertThat(lines.get(2))
        .isEqualTo(
            "decoder    prefill       |"
                + " ".repeat(14)
                + "█".repeat(14)
                + " ".repeat(28)
                + "|     28.0 ms");
    assertThat(lines.get(3)).isEqualTo(" ".repeat(26 + 28) + "▲");
    assertThat(lines.get(4)).contains("first token 56.0 ms, all 112.0 ms");
  }

  @Test
  void nothingIsDrawnOfNothing() {
    assertThat(TerminalTimeline.of(Anatomy.getDefaultInstance())).isEmpty();
  }

  @Test
  void thePageIsWellFormedAndHasABarForEachActivity() throws Exception {
    String page = new TimelinePage().add("a <b> & c", ANATOMY).html();

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(
                new InputSource(
                    new StringReader(
                        page.substring(page.indexOf("<body>"), page.indexOf("</html>")))));
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(4);
    assertThat(document.getElementsByTagName("h2").item(0).getTextContent()).isEqualTo("a <b> & c");
    assertThat(document.getElementsByTagName("rect").item(2).getTextContent())
        .isEqualTo("preprocess resize: 20.00 ms from 20.00 ms on, 1 items");
  }
}
