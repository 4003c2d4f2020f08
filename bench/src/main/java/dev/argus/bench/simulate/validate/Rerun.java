package dev.argus.bench.simulate.validate;

import dev.argus.bench.measure.Samples;
import dev.argus.bench.simulate.model.Deployment;
import dev.argus.bench.simulate.model.Layout;
import dev.argus.bench.simulate.model.Request;
import dev.argus.bench.simulate.model.Site;
import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.time.Calendar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A measured run, simulated: the same requests, at the same times or by as many clients, on one
 * machine whose processors all stages share.
 */
final class Rerun {
  private final Profile profile;
  private final Measured measured;
  private final Calendar calendar = new Calendar();
  private final Site site;
  private final List<Request> answered = new ArrayList<>();
  private int next;

  private Rerun(Profile profile, Measured measured) {
    this.profile = profile;
    this.measured = measured;
    this.site = new Site(calendar, profile, Layout.MONOLITH, Integer.MAX_VALUE, 0, this::ended);
  }

  /** The answers, by when they ended; those that the simulation refused are missing. */
  static List<Request> of(Profile profile, Measured measured) {
    return new Rerun(profile, measured).run();
  }

  /** A value of each of them. */
  static Samples samples(List<Request> answers, ToDoubleFunction<Request> value) {
    return new Samples(answers.stream().map(value::applyAsDouble).toList());
  }

  private List<Request> run() {
    site.deployments().forEach((Deployment deployment) -> deployment.beginWith(1));
    if (measured.clients().isPresent()) {
      for (int i = 0; i < measured.clients().getAsInt(); i++) {
        sendAt(0);
      }
    } else {
      for (Measured.Answer answer : measured.answers()) {
        sendAt(answer.intendedMs() / 1000);
      }
    }
    calendar.runOut();
    return answered;
  }

  /** A request is at the stages as much later as it takes to get there and back. */
  private void sendAt(double time) {
    calendar.timer(this::send).set(time + profile.hopsMs() / 1000);
  }

  private void send() {
    if (next < measured.answers().size()) {
      Measured.Answer answer = measured.answers().get(next);
      site.send(
          new Request.Question(
              next++,
              false,
              profile.questions().megapixels(),
              profile.questions().tiles(),
              Math.max(answer.inputTokens(), profile.questions().tiles()),
              answer.outputTokens()));
    }
  }

  private void ended(Request request) {
    if (request.isFinished()) {
      answered.add(request);
    }
    if (measured.clients().isPresent()) {
      sendAt(calendar.now());
    }
  }
}
