package dev.argus.base.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantTest {
  private static final String LONGEST = "t".repeat(64);

  @Test
  void whoeverDoesNotSayIsTheDefaultTenant() {
    assertThat(Tenant.parse("", "tenant")).isEqualTo(Tenant.DEFAULT).hasToString("default");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Team-7_eu.west"})
  void takesNames(String name) {
    assertThat(Tenant.parse(name, "tenant").name()).isEqualTo(name);
    assertThat(Tenant.parse(LONGEST, "tenant").name()).isEqualTo(LONGEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a b", "a/b", "ä", "a\n", LONGEST_AND_ONE})
  void refusesWhatIsNoName(String name) {
    assertThatThrownBy(() -> Tenant.parse(name, "header.tenant.name"))
        .isInstanceOf(InvalidInput.class)
        .hasMessage(
            "header.tenant.name must be 1 to 64 letters, digits, dots, dashes and underscores");
    assertThatThrownBy(() -> new Tenant(name)).isInstanceOf(IllegalArgumentException.class);
  }

  private static final String LONGEST_AND_ONE =
      "0123456789012345678901234567890123456789012345678901234567890123-";
}
