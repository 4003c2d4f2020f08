package dev.argus.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelAddressTest {
  private static final URI HUB = URI.create("https://hub.example");

  @ParameterizedTest
  @CsvSource({
    "owner/name, https://hub.example, owner/name, ''",
    "gpt2, https://hub.example, gpt2, ''",
    "https://mirror.example/owner/name, https://mirror.example, owner/name, ''",
    "http://mirror.example:8080/owner/name/, http://mirror.example:8080, owner/name, ''",
    "https://host/artifactory/api/hf/owner/name, https://host/artifactory/api/hf, owner/name, ''",
    "https://hub.example/owner/name/tree/v1.0, https://hub.example, owner/name, v1.0",
    "https://hub.example/owner/name/tree/refs/pr/2, https://hub.example, owner/name, refs/pr/2",
    "https://hub.example/owner/name?not-for-all=1#x, https://hub.example, owner/name, ''",
  })
  void readsIdsAndAddresses(String given, String endpoint, String id, String revision)
      throws HubException {
    ModelAddress address = ModelAddress.parse(given, HUB);

    assertThat(address.endpoint()).hasToString(endpoint);
    assertThat(address.id()).isEqualTo(id);
    assertThat(address.revision().orElse("")).isEqualTo(revision);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../x",
        "a/b/c",
        "a/../b",
        "a/b..c",
        "/etc",
        "-a/b",
        "a b",
        "a/b.git",
        "https://host",
        "https://user:password@host/owner/name",
        "https://host/owner/..",
        "file:///etc/passwd"
      })
  void refusesWhatIsNeither(String given) {
    assertThatThrownBy(() -> ModelAddress.parse(given, HUB))
        .isInstanceOf(HubException.class)
        .message()
        .hasLineCount(1);
  }

  @Test
  void quotesWhatItPutsIntoAnAddress() throws HubException {
    ModelAddress address = ModelAddress.parse("owner/name", HUB);

    assertThat(address.listing("refs/pr/2"))
        .hasToString("https://hub.example/api/models/owner/name/revision/refs%2Fpr%2F2?blobs=true");
    assertThat(address.file("abc", "onnx/a b.onnx"))
        .hasToString("https://hub.example/owner/name/resolve/abc/onnx/a%20b.onnx");
  }
}
