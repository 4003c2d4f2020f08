package dev.argus.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.testdata.FakeHub.Fault;
import dev.argus.testdata.FakeHub.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that break, stall or lie. */
final class TransferTest {
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
  void anImportThatDiedGoesOnWithoutFetchingAByteTwice() throws Exception {
    scene.hub().fail(HubScene.WEIGHTS, Fault.brokenAfter(700_000));
    scene.hub().fail(HubScene.WEIGHTS, Fault.status(404, Map.of()));
    assertThatThrownBy(scene::run).isInstanceOf(HubException.class);
    assertThat(scene.target()).doesNotExist();
    long kept = Files.size(scene.onlyPart());
    assertThat(kept).isPositive().isLessThanOrEqualTo(700_000);
    int before = scene.hub().requests().size();

    scene.run();

    assertThat(scene.hub().requests().subList(before, scene.hub().requests().size()))
        .filteredOn(request -> request.file().equals(HubScene.WEIGHTS))
        .singleElement()
        .extracting(Request::range)
        .isEqualTo("bytes=%d-".formatted(kept));
    assertThat(scene.hub().requests().subList(before, scene.hub().requests().size()))
        .noneMatch(request -> request.file().endsWith(".json"));
    assertThat(scene.target().resolve(HubScene.WEIGHTS))
        .hasSameBinaryContentAs(scene.files().get(HubScene.WEIGHTS));
    scene.assertNothingElseIsLeft();
  }

  @Test
  void aBrokenConnectionIsTakenUpAgainAtOnce() throws Exception {
    scene.hub().fail(HubScene.WEIGHTS, Fault.brokenAfter(400_000));
    scene.hub().fail(HubScene.WEIGHTS, Fault.brokenAfter(300_000));

    scene.run();

    assertThat(scene.hub().requestsFor(HubScene.WEIGHTS)).hasSize(3);
    assertThat(scene.hub().requestsFor(HubScene.WEIGHTS).get(1).range()).startsWith("bytes=");
    assertThat(scene.pauses()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    assertThat(scene.target().resolve(HubScene.WEIGHTS))
        .hasSameBinaryContentAs(scene.files().get(HubScene.WEIGHTS));
  }

  @Test
  void aServerWithoutRangesSendsTheFileAgain() throws Exception {
    scene.hub().fail(HubScene.WEIGHTS, Fault.brokenAfter(400_000));
    scene.hub().fail(HubScene.WEIGHTS, Fault.noRanges());

    scene.run();

    assertThat(scene.target().resolve(HubScene.WEIGHTS))
        .hasSameBinaryContentAs(scene.files().get(HubScene.WEIGHTS));
  }

  @Test
  void aStalledConnectionIsGivenUp() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    scene
        .hub()
        .fail(
            HubScene.WEIGHTS,
            (exchange, content, from) -> {
              exchange.sendResponseHeaders(200, HubScene.WEIGHT_BYTES);
              exchange.getResponseBody().write(new byte[0]);
              exchange.getResponseBody().flush();
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });

    scene.run();

    assertThat(scene.pauses()).hasSize(1);
    assertThat(scene.target().resolve(HubScene.WEIGHTS))
        .hasSameBinaryContentAs(scene.files().get(HubScene.WEIGHTS));
  }

  @Test
  void aWrongChecksumIsRefusedAndNothingIsLeft() throws Exception {
    scene.hub().fail(HubScene.WEIGHTS, HubScene.other(HubScene.WEIGHT_BYTES));

    assertThatThrownBy(scene::run)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("model.safetensors of owner/model does not have the checksum")
        .message()
        .hasLineCount(1);
    assertThat(scene.folder().resolve("models")).isEmptyDirectory();
  }

  @Test
  void aWrongSettingsFileIsRefusedToo() throws Exception {
    scene.hub().fail("tokenizer.json", HubScene.other(2));

    assertThatThrownBy(scene::run).hasMessageContaining("tokenizer.json");
    assertThat(scene.folder().resolve("models")).isEmptyDirectory();
  }

  @Test
  void aPartThatWasDamagedHereIsFetchedOnceMore() throws Exception {
    scene.hub().fail(HubScene.WEIGHTS, Fault.brokenAfter(700_000));
    scene.hub().fail(HubScene.WEIGHTS, Fault.status(404, Map.of()));
    assertThatThrownBy(scene::run).isInstanceOf(HubException.class);
    Path part = scene.onlyPart();
    byte[] damaged = Files.readAllBytes(part);
    damaged[0]++;
    Files.write(part, damaged);

    scene.run();

    assertThat(scene.target().resolve(HubScene.WEIGHTS))
        .hasSameBinaryContentAs(scene.files().get(HubScene.WEIGHTS));
  }

  @Test
  void aFileOfAnotherSizeIsRefusedBeforeItComes() {
    scene
        .hub()
        .fail(
            HubScene.WEIGHTS,
            (exchange, content, from) -> {
              exchange.sendResponseHeaders(200, HubScene.WEIGHT_BYTES + 1L);
              // The body is whole: an answer that breaks off would rightly be asked for again.
              exchange.getResponseBody().write(new byte[HubScene.WEIGHT_BYTES + 1]);
            });

    assertThatThrownBy(scene::run)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("is 1500001 bytes at 127.0.0.1, but the repository says 1500000");
  }
}
