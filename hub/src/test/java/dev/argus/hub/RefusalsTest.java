package dev.argus.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.testdata.FakeHub.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What servers refuse, and what the user is told. */
final class RefusalsTest {
  @TempDir private Path folder;

  private HubScene scene;

  @BeforeEach
  void open() throws IOException {
    scene = HubScene.open(folder);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void aServerThatIsBusyIsWaitedForAsLongAsItSays() throws Exception {
    scene.hub().fail("", Fault.status(429, Map.of("Retry-After", "17")));
    scene.hub().fail(HubScene.WEIGHTS, Fault.status(503, Map.of()));
    scene.hub().fail(HubScene.WEIGHTS, Fault.status(500, Map.of()));

    scene.run();

    assertThat(scene.pauses())
        .containsExactly(Duration.ofSeconds(17), Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @Test
  void aServerThatIsBusyForLongIsNotWaitedFor() {
    scene.hub().fail("", Fault.status(429, Map.of("Retry-After", "3600")));

    assertThatThrownBy(scene::run).hasMessageContaining("wait for 61 minutes");
    assertThat(scene.pauses()).isEmpty();
  }

  @Test
  void aServerThatStaysBrokenIsGivenUpInTheEnd() {
    for (int i = 0; i < 6; i++) {
      scene.hub().fail("", Fault.status(502, Map.of()));
    }

    assertThatThrownBy(scene::run)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("answers 502")
        .hasMessageContaining("try again later");
    assertThat(scene.pauses()).hasSize(5).endsWith(Duration.ofSeconds(16));
  }

  @Test
  void aServerThatIsNotThereIsTold() {
    scene.hub().close();

    assertThatThrownBy(scene::run)
        .isInstanceOf(HubException.class)
        .message()
        .contains("cannot be reached")
        .hasLineCount(1);
  }

  @Test
  void aGatedModelSaysWhereToAcceptItsLicence() {
    scene.hub().fail("", Fault.status(401, Map.of("X-Error-Code", "GatedRepo")));
    scene.hub().fail("", Fault.status(403, Map.of("X-Error-Code", "GatedRepo")));

    assertThatThrownBy(scene::run)
        .hasMessageContaining("accept its licence on " + scene.hub().endpoint() + "/" + HubScene.ID)
        .hasMessageContaining("set HF_TOKEN")
        .message()
        .hasLineCount(1);
    assertThatThrownBy(
            () -> scene.run(Optional.empty(), scene.settings(Optional.of("hf_x"), false)))
        .hasMessageContaining("the owner of the token has no access")
        .hasMessageContaining("accept its licence");
  }

  @Test
  void aModelThatIsNotThereIsTold() throws Exception {
    ModelAddress typo = ModelAddress.parse("owner/modle", scene.hub().endpoint());
    HubSettings settings = scene.settings(Optional.empty(), false);

    assertThatThrownBy(() ->
            scene.run(
                typo, Optional.empty(), FileChoice.safetensors(), settings, HubLimits.defaults()))
        .hasMessageContaining("no public model owner/modle")
        .hasMessageContaining("check the spelling; for a private one set HF_TOKEN");
  }

  @Test
  void aTokenThatIsRefusedIsTold() {
    scene.hub().fail("", Fault.status(401, Map.of()));

    assertThatThrownBy(
            () -> scene.run(Optional.empty(), scene.settings(Optional.of("hf_old"), false)))
        .hasMessageContaining("the token's rights")
        .hasMessageNotContaining("hf_old");
  }

  @Test
  void aRevisionThatIsNotThereIsTold() {
    assertThatThrownBy(() -> scene.run(Optional.of("v9"), scene.settings(Optional.empty(), false)))
        .hasMessageContaining("owner/model has no revision v9")
        .hasMessageContaining("/tree/main");
  }

  @Test
  void whatIsNoHubIsTold() {
    scene
        .hub()
        .fail(
            "",
            (exchange, content, from) -> {
              exchange.sendResponseHeaders(200, 6);
              exchange.getResponseBody().write("<html>".getBytes(StandardCharsets.UTF_8));
            });

    assertThatThrownBy(scene::run).hasMessageContaining("does not answer as a model hub does");
  }
}
