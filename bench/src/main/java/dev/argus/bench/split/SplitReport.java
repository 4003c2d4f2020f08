package dev.argus.bench.split;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that one run of {@code argus bench split} found.
 *
 * @param model the checkpoint's directory name
 * @param machine what it ran on
 * @param precision of both servers
 * @param tiles of a picture
 * @param promptTokens of a question
 * @param outputTokens of an answer
 * @param clients questions at once where there are several
 * @param requests of each round of these
 * @param target how far apart the two may be, as a share
 * @param alone questions one at a time
 * @param together several at once
 * @param hops bytes of a request
 * @param tileBytes of those, all pixels of all tiles
 * @param featureBytes of those, all visual tokens of all tiles
 * @param foreignLoad share of the processors that other processes took; null where it is not known
 */
record SplitReport(
    String model,
    String machine,
    String precision,
    int tiles,
    int promptTokens,
    int outputTokens,
    int clients,
    int requests,
    double target,
    List<Comparison> alone,
    List<Comparison> together,
    List<Hop> hops,
    long tileBytes,
    long featureBytes,
    @Nullable Double foreignLoad) {

  /** The measure that the two are furthest apart in. */
  Comparison furthest() {
    return Stream.concat(alone.stream(), together.stream())
        .max(Comparator.comparingDouble(Comparison::apart))
        .orElseThrow();
  }
}
