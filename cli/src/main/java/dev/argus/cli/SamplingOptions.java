package dev.argus.cli;

import dev.argus.v1.Detail;
import dev.argus.v1.Sampling;
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
    if (seed != null) {
      sampling.setSeed(seed);
    }
    return sampling.build();
  }
}
