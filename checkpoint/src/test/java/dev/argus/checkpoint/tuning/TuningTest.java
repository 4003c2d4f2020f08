package dev.argus.checkpoint.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.checkpoint.tuning.Tuning.Choice;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TuningTest {
  private static final Tuning TUNING =
      new Tuning(new Choice(Precision.INT8, 4, 1), new Choice(Precision.INT4, 2, 1));

  @TempDir Path directory;

  @BeforeEach
  void copy() throws IOException {
    Golden.copy("tiny-idefics3", directory);
  }

  @Test
  void isFoundOnTheSameKindOfMachineOnly() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(directory);

    TUNING.keep(checkpoint, "here");

    assertThat(Tuning.of(checkpoint, "here")).contains(TUNING);
    assertThat(Tuning.of(checkpoint, "elsewhere")).isEmpty();
  }

  @Test
  void isNotTakenForOtherWeights() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(directory);
    TUNING.keep(checkpoint, "here");
    Path file = Tuning.file(checkpoint, "here");

    Files.writeString(file, Files.readString(file).replace(checkpoint.fingerprint(), "another's"));

    assertThat(Tuning.of(checkpoint, "here")).isEmpty();
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(directory);
    TUNING.keep(checkpoint, "here");
    Path file = Tuning.file(checkpoint, "here");

    Files.writeString(file, Files.readString(file).replace("int4", "int3"));

    assertThatThrownBy(() -> Tuning.of(checkpoint, "here"))
        .isInstanceOf(ModelFault.class)
        .hasMessageContainingAll("tuning-here.json", "decoder", "there is no precision int3");
  }

  @Test
  void whatIsGivenGoesBeforeIt() {
    assertThat(
            TUNING
                .encoder()
                .with(Optional.of(Precision.FP32), OptionalInt.empty(), OptionalInt.of(3)))
        .isEqualTo(new Choice(Precision.FP32, 4, 3));
  }
}
