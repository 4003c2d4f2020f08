package dev.argus.bench.simulate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.time.Calendar;
import dev.argus.bench.simulate.traffic.Shape;
import dev.argus.bench.simulate.traffic.Traffic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SiteTest {
  private final Calendar calendar = new Calendar();
  private final List<Request> ended = new ArrayList<>();

  @ParameterizedTest
  @EnumSource
  void noRequestIsLostOrAnsweredTwice(Layout layout) throws IOException {
    Site site = site(layout, 4);
    Traffic traffic = traffic(2.5);
    for (double time = traffic.next(0); time < 600; time = traffic.next(time)) {
      calendar.runUntil(time);
      site.send(traffic.question());
      assertThat(site.sent()).isEqualTo(ended.size() + site.underWay());
    }
    assertThat(site.underWay()).isPositive();
    calendar.runOut();

    assertThat(site.underWay()).isZero();
    assertThat(ended).hasSize((int) site.sent()).doesNotHaveDuplicates();
    assertThat(ended).anyMatch(Request::isFinished).anyMatch(request -> !request.isFinished());
    for (Deployment deployment : site.deployments()) {
      assertThat(deployment.ready())
          .allSatisfy(pod -> {
            assertThat(pod.calls()).isZero();
            for (Stage stage : Stage.values()) {
              assertThat(pod.load(stage)).isZero();
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void asManyAreThereOnAverageAsLittlesLawSays(Layout layout) throws IOException {
    Site site = site(layout, 4);
    Traffic traffic = traffic(0.3);
    double area = 0;
    for (double time = traffic.next(0); time < 3600; time = traffic.next(time)) {
      double from = calendar.now();
      for (double to = from; to < time; to = Math.min(time, to + 0.001)) {
        calendar.runUntil(Math.min(time, to + 0.001));
        area += site.underWay() * (calendar.now() - to);
      }
      site.send(traffic.question());
    }
    double sojourn = ended.stream().mapToDouble(Request::endToEnd).sum() - 0.005 * ended.size();

    assertThat(ended).hasSizeGreaterThan(900);
    assertThat(area).isCloseTo(sojourn, within(0.03 * sojourn));
  }

  @Test
  void aRequestThatIsAloneTakesItsStagesTimes() throws IOException {
    Site site = site(Layout.STAGES, 1);
    site.send(new Request.Question(20_000, false, 1.92, 13, 889, 3));
    calendar.runOut();

    double lastTile = 889 - 889 * 12 / 13;
    double expected = 5 + 49.9 + 13 * 283.2 + 0.689 * lastTile + 11;
    assertThat(1000 * ended.getFirst().ttft()).isCloseTo(expected, within(0.01));
    assertThat(1000 * ended.getFirst().tpot()).isCloseTo(11.4, within(1e-6));
  }

  @Test
  void picturesThatAreShownAgainMeetTheirFeatures() throws IOException {
    Site site = site(Layout.STAGES, 8);
    for (int i = 0; i < 20; i++) {
      site.send(new Request.Question(i % 5, true, 1.92, 13, 889, 3));
      calendar.runOut();
    }

    Usage encoder = site.deployments().get(1).usage();
    assertThat(encoder.lookups()).isEqualTo(20);
    assertThat(encoder.hits()).isEqualTo(15);
  }

  @Test
  void aPodTooManyEndsWhatItHasAndGoes() throws IOException {
    Site site = site(Layout.MONOLITH, 2);
    Deployment pods = site.deployments().getFirst();
    for (int i = 0; i < 4; i++) {
      site.send(new Request.Question(20_000 + i, false, 1.92, 13, 889, 3));
    }
    pods.scaleTo(1);
    assertThat(pods.ready()).hasSize(1);
    assertThat(pods.paid()).isEqualTo(2);
    calendar.runOut();

    assertThat(ended).hasSize(4).allMatch(Request::isFinished);
    assertThat(pods.paid()).isEqualTo(1);
    assertThat(pods.usage().lookups()).isEqualTo(4);
  }

  @Test
  void aPodThatIsWishedForServesWhenItHasStarted() throws IOException {
    Site site = site(Layout.MONOLITH, 1);
    Deployment pods = site.deployments().getFirst();
    pods.scaleTo(3);
    calendar.runUntil(11.4);
    assertThat(pods.ready()).hasSize(1);
    assertThat(pods.paid()).isEqualTo(3);
    pods.scaleTo(2);
    calendar.runUntil(11.6);

    assertThat(pods.ready()).hasSize(2);
    assertThat(pods.podSeconds()).isCloseTo(2 * 11.6 + 11.4, within(1e-9));
    assertThat(pods.most()).isEqualTo(3);
  }

  private Site site(Layout layout, int pods) throws IOException {
    Site site =
        new Site(
            calendar, Profile.read("smolvlm-256m-cpu"), layout, Integer.MAX_VALUE, 1, ended::add);
    site.deployments().forEach(deployment -> deployment.beginWith(pods));
    return site;
  }

  private static Traffic traffic(double rate) throws IOException {
    return new Traffic(Shape.STEADY, rate, 3600, Profile.read("smolvlm-256m-cpu").questions(), 3);
  }
}
