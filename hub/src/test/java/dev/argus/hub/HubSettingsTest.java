package dev.argus.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HubSettingsTest {
  @TempDir private Path home;

  @Test
  void asksTheHubItselfWithoutATokenByDefault() throws IOException {
    HubSettings settings = settings(Map.of());

    assertThat(settings.endpoint()).hasToString("https://huggingface.co");
    assertThat(settings.token()).isEmpty();
    assertThat(settings.offline()).isFalse();
  }

  @Test
  void takesTheEndpointWithoutItsLastSlash() throws IOException {
    assertThat(settings(Map.of("HF_ENDPOINT", "https://mirror.example/hf/")).endpoint())
        .hasToString("https://mirror.example/hf");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirror.example", "ftp://mirror.example", "https://", "http://u:p@host"})
  void refusesWhatIsNoEndpoint(String value) {
    assertThatThrownBy(() -> settings(Map.of("HF_ENDPOINT", value)))
        .isInstanceOf(HubException.class)
        .hasMessageStartingWith("HF_ENDPOINT should be an address such as");
  }

  @ParameterizedTest
  @CsvSource({"1, true", "true, true", "YES, true", "on, true", "0, false", "no, false"})
  void readsOfflineAsHuggingfaceHubDoes(String value, boolean offline) throws IOException {
    assertThat(settings(Map.of("HF_HUB_OFFLINE", value)).offline()).isEqualTo(offline);
  }

  @Test
  void readsTheTokenThatLoginHasStored() throws IOException {
    write(home.resolve(".cache/huggingface/token"), "hf_stored\n");

    assertThat(settings(Map.of()).token()).contains("hf_stored");
    assertThat(settings(Map.of("HF_TOKEN", " hf_given ")).token()).contains("hf_given");
  }

  @Test
  void looksForTheTokenWhereTheVariablesSay() throws IOException {
    write(home.resolve("x/huggingface/token"), "hf_xdg");
    write(home.resolve("y/token"), "hf_home");
    write(home.resolve("z"), "hf_path");
    String x = home.resolve("x").toString();
    String y = home.resolve("y").toString();
    String z = home.resolve("z").toString();

    assertThat(settings(Map.of("XDG_CACHE_HOME", x)).token()).contains("hf_xdg");
    assertThat(settings(Map.of("XDG_CACHE_HOME", x, "HF_HOME", y)).token()).contains("hf_home");
    assertThat(settings(Map.of("HF_HOME", y, "HF_TOKEN_PATH", z)).token()).contains("hf_path");
  }

  @Test
  void refusesATokenThatWouldBreakOutOfItsHeader() {
    assertThatThrownBy(() -> settings(Map.of("HF_TOKEN", "hf_a\r\nX-Evil: 1")))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("HF_TOKEN")
        .hasMessageNotContaining("Evil");
  }

  @Test
  void doesNotShowTheToken() throws IOException {
    assertThat(settings(Map.of("HF_TOKEN", "hf_secret"))).asString().doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTPS_PROXY, proxy:3128, https://huggingface.co, proxy:3128",
    "https_proxy, http://proxy:3128/, https://huggingface.co, proxy:3128",
    "ALL_PROXY, http://proxy, https://huggingface.co, proxy:80",
    "HTTP_PROXY, http://proxy:3128, https://huggingface.co, DIRECT",
    "HTTP_PROXY, http://proxy:3128, http://mirror.example, proxy:3128",
    "HTTPS_PROXY, http://proxy:3128, https://hub.corp.example, DIRECT",
    "HTTPS_PROXY, http://proxy:3128, https://corp.example, DIRECT",
    "HTTPS_PROXY, http://proxy:3128, https://notcorp.example, proxy:3128",
  })
  void goesThroughTheProxyOfTheScheme(String name, String value, URI address, String through)
      throws IOException {
    ProxySelector proxies =
        settings(Map.of(name, value, "NO_PROXY", "localhost, .corp.example"))
            .proxies()
            .orElseThrow();

    assertThat(proxies.select(address))
        .singleElement()
        .asString()
        .contains(through.replace(":", "/<unresolved>:"));
  }

  @Test
  void leavesProxiesToTheJvmWhereNoneIsNamed() throws IOException {
    assertThat(settings(Map.of("NO_PROXY", "*", "HTTPS_PROXY", " ")).proxies()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://proxy", "socks5://proxy:1080", "http://u:secret@proxy", "a b"})
  void refusesWhatItCannotGoThrough(String value) {
    assertThatThrownBy(() -> settings(Map.of("https_proxy", value)))
        .isInstanceOf(HubException.class)
        .hasMessageStartingWith("HTTPS_PROXY should be an address such as http://proxy.example")
        .hasMessageNotContaining("secret");
  }

  private HubSettings settings(Map<String, String> environment) throws HubException {
    return HubSettings.of(environment, home);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
