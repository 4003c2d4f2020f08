package dev.argus.bench.peers;

import dev.argus.bench.measure.Samples;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How one peer did.
 *
 * @param peer its label
 * @param ttftMs time to first token of a question alone, the median
 * @param ttftP10Ms a tenth of them took no longer
 * @param ttftP90Ms nine tenths took no longer
 * @param tokensPerSecond of decoding one answer, the median
 * @param clients that asked at once
 * @param clientsTtftMs their time to first token, the median
 * @param answersPerSecond all of them together, the median over rounds
 */
record PeerFigures(
    String peer,
    double ttftMs,
    double ttftP10Ms,
    double ttftP90Ms,
    double tokensPerSecond,
    int clients,
    double clientsTtftMs,
    double answersPerSecond) {

  /**
   * Sums up.
   *
   * @param alone answers to questions asked alone
   * @param rounds answers to questions asked at once
   */
  static PeerFigures of(String peer, List<Reply> alone, List<List<Reply>> rounds) {
    Samples ttft = samples(alone, Reply::ttftMs);
    List<Double> perSecond =
        rounds.stream()
            .map(round ->
                round.size()
                    * 1000
                    / round.stream().mapToDouble(Reply::totalMs).max().orElseThrow())
            .toList();
    return new PeerFigures(
        peer,
        ttft.median(),
        ttft.quantile(0.1),
        ttft.quantile(0.9),
        samples(alone, Reply::tokensPerSecond).median(),
        rounds.getFirst().size(),
        samples(rounds.stream().flatMap(List::stream).toList(), Reply::ttftMs).median(),
        new Samples(perSecond).median());
  }

  private static Samples samples(List<Reply> replies, ToDoubleFunction<Reply> value) {
    return new Samples(replies.stream().map(each -> value.applyAsDouble(each)).toList());
  }
}
