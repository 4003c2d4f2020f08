package dev.argus.bench.simulate.validate;

import dev.argus.bench.measure.Samples;
import dev.argus.bench.simulate.model.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * A measured run beside its simulation.
 *
 * @param load such as {@code 4 at once}
 * @param calibrates whether the stage times are this run's: then it says nothing
 * @param rows what is compared
 */
public record Comparison(String load, boolean calibrates, List<Row> rows) {
  private static final List<Double> PERCENTILES = List.of(0.5, 0.9, 0.99);

  /**
   * One figure.
   *
   * @param unit such as {@code ms}
   */
  public record Row(String name, String unit, double measured, double simulated) {

    /** By how much the simulation is off, as a part of what was measured. */
    public double off() {
      return simulated / measured - 1;
    }
  }

  static Comparison of(Measured measured, List<Request> simulated, boolean calibrates) {
    List<Row> rows = new ArrayList<>();
    double seconds = simulated.getLast().ended();
    double tokens =
        simulated.stream().mapToDouble(request -> request.question().outputTokens()).sum();
    rows.add(
        new Row(
            "requests",
            "/s",
            measured.answers().size() / measured.seconds(),
            simulated.size() / seconds));
    rows.add(
        new Row(
            "output tokens",
            "/s",
            measured.answers().stream().mapToDouble(Measured.Answer::outputTokens).sum()
                / measured.seconds(),
            tokens / seconds));
    add(
        rows,
        "TTFT",
        measured.samples(Measured.Answer::ttftMs),
        Rerun.samples(simulated, Request::ttft));
    if (measured.answers().stream().anyMatch(answer -> answer.tpotMs() > 0)) {
      add(
          rows,
          "TPOT",
          measured.samples(Measured.Answer::tpotMs),
          Rerun.samples(simulated, Request::tpot));
    }
    add(
        rows,
        "E2EL",
        measured.samples(Measured.Answer::endToEndMs),
        Rerun.samples(simulated, Request::endToEnd));
    return new Comparison(measured.label(), calibrates, rows);
  }

  private static void add(List<Row> rows, String name, Samples measured, Samples simulated) {
    for (double share : PERCENTILES) {
      rows.add(
          new Row(
              "%s P%.0f".formatted(name, 100 * share),
              "ms",
              measured.quantile(share),
              1000 * simulated.quantile(share)));
    }
  }
}
