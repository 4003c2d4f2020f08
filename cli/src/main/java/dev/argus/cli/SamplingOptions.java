package dev.argus.cli;

import dev.argus.v1.Detail;
import dev.argus.v1.Sampling;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How an answer is made. */
final class SamplingOptions {
  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "Most tokens of an answer. Default: ${DEFAULT-VALUE}.")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description =
          "0 takes the most probable token each time, up to 2 for more variety. Default:"
              + " ${DEFAULT-VALUE}.")
  private float temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Sample from the most probable tokens that add up to this. Default: 1, all.")
  private @Nullable Float topP;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Sample from this many most probable tokens. Default: 0, all.")
  private @Nullable Integer topK;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description =
          "Leave out tokens less probable than this times the most probable one. Default: 0, none.")
  private @Nullable Float minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Above 1 discourages tokens of prompt and answer. Default: 1.")
  private @Nullable Float repetitionPenalty;

  @Option(
      names = "--presence-penalty",
      paramLabel = "R",
      description = "Above 0 discourages tokens of the answer so far; -2 to 2. Default: 0.")
  private @Nullable Float presencePenalty;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "R",
      description = "The same for each time that a token came; -2 to 2. Default: 0.")
  private @Nullable Float frequencyPenalty;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End the answer just before this text. May be repeated.")
  private List<String> stop = List.of();

  @Option(
      names = "--ignore-eos",
      description = "Go on to --max-tokens after the model's own end. For benchmarks.")
  private boolean ignoreEos;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Makes an answer with a temperature repeatable. Default: a random one.")
  private @Nullable Long seed;

  @Option(
      names = "--detail",
      paramLabel = "LEVEL",
      defaultValue = "auto",
      description =
          "How closely to look at a picture: low (one tile, fastest), auto (as the model's"
              + " settings say) or high (always split into tiles). Default: ${DEFAULT-VALUE}.")
  private Level detail = Level.AUTO;

  /** The values of {@code --detail}. */
  enum Level {
    LOW(Detail.DETAIL_LOW),
    AUTO(Detail.DETAIL_AUTO),
    HIGH(Detail.DETAIL_HIGH);

    private final Detail detail;

    Level(Detail detail) {
      this.detail = detail;
    }
  }

  Detail detail() {
    return detail.detail;
  }

  Sampling sampling() {
    Sampling.Builder sampling =
        Sampling.newBuilder().setMaxTokens(maxTokens).setTemperature(temperature);
    setIfGiven(sampling::setTopP, topP);
    setIfGiven(sampling::setTopK, topK);
    setIfGiven(sampling::setMinP, minP);
    setIfGiven(sampling::setRepetitionPenalty, repetitionPenalty);
    setIfGiven(sampling::setPresencePenalty, presencePenalty);
    setIfGiven(sampling::setFrequencyPenalty, frequencyPenalty);
    setIfGiven(sampling::setSeed, seed);
    sampling.addAllStop(stop);
    if (ignoreEos) {
      sampling.setIgnoreEos(true);
    }
    return sampling.build();
  }

  private static <T> void setIfGiven(Consumer<T> setter, @Nullable T value) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
