package dev.argus.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.testdata.FakeHub;
import dev.argus.testdata.FakeHub.Fault;
import dev.argus.testdata.FakeHub.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redirects, and who sees the token. */
final class RedirectTest {
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
  void theTokenGoesToTheHubAndNotToItsStorage() throws Exception {
    try (FakeHub storage = new FakeHub()) {
      scene.hub().storeWeightsAt(storage);

      scene.run(Optional.empty(), scene.settings(Optional.of("hf_secret"), false));

      assertThat(scene.hub().requests())
          .isNotEmpty()
          .allMatch(request -> request.authorization().equals("Bearer hf_secret"));
      assertThat(storage.requestsFor(HubScene.WEIGHTS))
          .singleElement()
          .extracting(Request::authorization)
          .isEqualTo("");
    }
  }

  @Test
  void theTokenDoesNotGoToAMirrorThatIsNamedByItsAddress() throws Exception {
    HubSettings settings =
        new HubSettings(
            URI.create("https://huggingface.co"),
            Optional.of("hf_secret"),
            false,
            Optional.empty());
    ModelAddress mirror =
        ModelAddress.parse(scene.hub().endpoint() + "/" + HubScene.ID, settings.endpoint());

    scene.run(mirror, Optional.empty(), FileChoice.safetensors(), settings, HubLimits.defaults());

    assertThat(scene.hub().requests()).allMatch(request -> request.authorization().isEmpty());
  }

  @Test
  void anExpiredAddressOfTheStorageIsAskedForAgain() throws Exception {
    try (FakeHub storage = new FakeHub()) {
      scene.hub().storeWeightsAt(storage);
      storage.fail(HubScene.WEIGHTS, Fault.brokenAfter(500_000));
      storage.fail(HubScene.WEIGHTS, Fault.status(403, Map.of()));

      scene.run();

      assertThat(scene.hub().requestsFor(HubScene.WEIGHTS)).hasSize(3);
      assertThat(scene.target().resolve(HubScene.WEIGHTS))
          .hasSameBinaryContentAs(scene.files().get(HubScene.WEIGHTS));
    }
  }

  @Test
  void aRenamedModelIsFollowedOnTheSameServerWithTheToken() throws Exception {
    String moved = "/api/models/new/name/revision/main?blobs=true";
    scene.hub().publish("new/name", HubScene.FIRST, "main", scene.files());
    scene.hub().fail("", Fault.status(307, Map.of("Location", moved)));

    scene.run(Optional.empty(), scene.settings(Optional.of("hf_secret"), false));

    assertThat(scene.hub().requests())
        .filteredOn(request -> request.path().contains("new/name"))
        .extracting(Request::authorization)
        .contains("Bearer hf_secret");
  }

  @Test
  void redirectsInCirclesEnd() {
    for (int i = 0; i < 10; i++) {
      scene
          .hub()
          .fail(
              "",
              Fault.status(
                  302, Map.of("Location", "/api/models/" + HubScene.ID + "/revision/main")));
    }

    assertThatThrownBy(scene::run).hasMessageContaining("circles");
  }
}
