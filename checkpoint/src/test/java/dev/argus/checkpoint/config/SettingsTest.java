package dev.argus.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void namesFileAndKeyOfWhatIsMissing() throws IOException {
    Settings settings = settings("{\"text_config\": {\"a\": null}}").object("text_config");

    assertComplains(() -> settings.positive("a"), "config.json: text_config.a is missing");
  }

  @Test
  void showsAValueOfTheWrongKind() throws IOException {
    Settings settings = settings("{\"a\": \"ten\", \"b\": 0, \"c\": 1.5, \"d\": [4, 5]}");

    assertComplains(() -> settings.positive("a"), "a should be a whole number", "\"ten\"");
    assertComplains(() -> settings.positive("b"), "b should be a whole number", "not 0");
    assertComplains(() -> settings.positive("c", 3), "c should be a whole number");
    assertComplains(() -> settings.positiveSquare("d"), "tiles are square", "[4,5]");
    assertComplains(() -> settings.numbers("d", 3), "d should be a list of 3 numbers");
    assertComplains(() -> settings.flag("a", true), "a should be true or false");
    assertComplains(() -> settings.object("a"), "a should be an object");
  }

  @Test
  void readsOneNumberOrAList() throws IOException {
    Settings settings = settings("{\"one\": 7, \"more\": [7, 8], \"square\": [14, 14]}");

    assertThat(settings.tokenIds("one")).containsExactly(7);
    assertThat(settings.tokenIds("more")).containsExactly(7, 8);
    assertThat(settings.tokenIds("none")).isEmpty();
    assertThat(settings.positiveSquare("square")).isEqualTo(14);
    assertThat(settings.positiveSquare("one")).isEqualTo(7);
  }

  @Test
  void readsPairs() throws IOException {
    assertThat(settings("{\"grids\": [[1, 2]]}").positivePairs("grids"))
        .isEqualTo(List.of(List.of(1, 2)));
    assertComplains(
        () -> settings("{\"grids\": [[1]]}").positivePairs("grids"), "grids should be a list");
    assertComplains(() -> settings("{\"grids\": []}").positivePairs("grids"), "at least one");
  }

  @Test
  void complainsAboutFilesThatHoldNoObject() {
    assertComplains(() -> settings("[1]"), "does not hold a JSON object");
    assertComplains(() -> settings("{"), "is not valid JSON");
    assertComplains(() -> settings(""), "does not hold a JSON object");
    assertComplains(() -> Settings.read(folder.resolve("x.json")), "x.json is missing");
  }

  private Settings settings(String json) throws IOException {
    return Settings.read(Files.writeString(folder.resolve("config.json"), json));
  }

  private static void assertComplains(ThrowingCallable reading, String... words) {
    assertThatExceptionOfType(ModelFault.class).isThrownBy(reading).withMessageContainingAll(words);
  }
}
