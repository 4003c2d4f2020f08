package dev.argus.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class InputsTest {
  @Test
  void areTheTilesAndThePromptOfArgus() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));
    Path picture = Golden.repository().resolve("models/argus-tiny/samples/wide.png");

    Inputs inputs = Inputs.of(checkpoint, picture);

    int side = checkpoint.config().vision().imageSize();
    int tile = 3 * side * side;
    assertThat(inputs.pixels().length % tile).isZero();
    assertThat(inputs.pixels().length / tile).isGreaterThan(1);
    assertThat(inputs.ids()).contains(checkpoint.config().imageTokenId());
    assertThat(inputs.pixels()).as("normalised").contains(-1f);
  }

  @Test
  void tellHowFarApartTheyAre() {
    Inputs own = new Inputs(new int[] {1, 2}, new float[] {0, 0.5f, 1, -1});

    assertThat(own.from(own, 100)).isEqualTo(new Inputs.Difference(true, true, 1, 0, 0));
    assertThat(own.from(new Inputs(new int[] {1, 3}, new float[] {0, 0.5f, 0, -1}), 100))
        .isEqualTo(new Inputs.Difference(false, true, 0.75, 25, 100));
    assertThat(own.from(new Inputs(new int[] {1, 2}, new float[] {0}), 100).sameShape()).isFalse();
  }
}
