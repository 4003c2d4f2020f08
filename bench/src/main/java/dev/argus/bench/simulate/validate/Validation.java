package dev.argus.bench.simulate.validate;

import dev.argus.bench.simulate.model.Request;
import dev.argus.bench.simulate.profile.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Simulates what {@code argus bench serve} measured, with the stage times of its run of one client,
 * and compares. The runs of more clients, or of a rate, are foretold.
 *
 * @param profile what the simulation was given
 * @param comparisons one for each run
 */
public record Validation(Profile profile, List<Comparison> comparisons) {

  /**
   * Compares.
   *
   * @param profile whose times are scaled; its questions say how many tiles a picture has
   * @param result what {@code --result} wrote
   * @param processors that the four processes shared
   * @throws IOException if the file cannot be compared with; it says why
   */
  public static Validation of(Profile profile, Path result, int processors) throws IOException {
    List<Measured> runs = Measured.read(result);
    Measured alone =
        runs.stream()
            .filter(run -> run.clients().equals(OptionalInt.of(1)))
            .findFirst()
            .orElseThrow(() ->
                new IOException(
                    "%s has no run of one client, which stage times are taken from: measure with"
                            .formatted(result)
                        + " --max-concurrency 1,4 or the like"));
    Profile fitted = Calibration.of(profile, alone, processors);
    List<Comparison> comparisons = new ArrayList<>();
    for (Measured run : runs) {
      List<Request> simulated = Rerun.of(fitted, run);
      if (simulated.size() < run.answers().size()) {
        throw new IOException(
            "%s: of %d requests, %s, the simulation refused %d which the server had answered"
                .formatted(
                    result,
                    run.answers().size(),
                    run.label(),
                    run.answers().size() - simulated.size()));
      }
      comparisons.add(Comparison.of(run, simulated, run.equals(alone)));
    }
    return new Validation(fitted, comparisons);
  }
}
