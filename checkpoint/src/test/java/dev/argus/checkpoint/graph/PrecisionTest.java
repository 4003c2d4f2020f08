package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PrecisionTest {

  @ParameterizedTest
  @EnumSource
  void isReadByItsLabel(Precision precision) {
    assertThat(Precision.parse(precision.label())).isEqualTo(precision);
    assertThat(Precision.parse(precision.name())).isEqualTo(precision);
  }

  @Test
  void namesThePrecisionsThatThereAre() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Precision.parse("q8"))
        .withMessage("there is no precision q8; there are [fp32, int8, w8a8, int4, fp16, bf16]");
  }
}
