package dev.argus.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.testdata.FakeHub;
import dev.argus.testdata.FakeHub.Fault;
import dev.argus.testdata.FakeHub.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import brings, and from where. */
final class HubImportTest {
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
  void bringsTheFilesThatArgusReadsAndNoOthers() throws Exception {
    ImportRecord record = scene.run();

    assertThat(HubScene.names(scene.target()))
        .containsExactly(
            ".argus/import.json",
            "config.json",
            HubScene.WEIGHTS,
            "special_tokens_map.json",
            "tokenizer.json");
    assertThat(scene.target().resolve(HubScene.WEIGHTS))
        .hasSameBinaryContentAs(scene.files().get(HubScene.WEIGHTS));
    assertThat(record.commit()).isEqualTo(HubScene.FIRST);
    assertThat(record.source()).isEqualTo(scene.hub().endpoint() + "/" + HubScene.ID);
    assertThat(ImportRecord.in(scene.target())).contains(record);
    scene.assertNothingElseIsLeft();
  }

  @Test
  void importingAgainAsksForTheListAlone() throws Exception {
    ImportRecord first = scene.run();
    int before = scene.hub().requests().size();

    assertThat(scene.run()).isEqualTo(first);

    assertThat(scene.hub().requests().subList(before, scene.hub().requests().size()))
        .singleElement()
        .extracting(Request::file)
        .isEqualTo("");
  }

  @Test
  void aCommitThatIsHereIsNotAskedFor() throws Exception {
    scene.run(Optional.of(HubScene.FIRST), scene.settings(Optional.empty(), false));
    int before = scene.hub().requests().size();

    scene.run(Optional.of(HubScene.FIRST), scene.settings(Optional.empty(), false));

    assertThat(scene.hub().requests()).hasSize(before);
  }

  @Test
  void aNewRevisionFetchesWhatChanged() throws Exception {
    scene.run();
    scene.content("config.json", "{\"model_type\": \"idefics3\", \"changed\": true}");
    scene.hub().publish(HubScene.ID, HubScene.SECOND, "main", scene.files());
    int before = scene.hub().requests().size();

    ImportRecord record = scene.run();

    assertThat(record.commit()).isEqualTo(HubScene.SECOND);
    assertThat(scene.hub().requests().subList(before, scene.hub().requests().size()))
        .extracting(Request::file)
        .containsExactly("", "config.json");
    assertThat(scene.target().resolve("config.json"))
        .hasSameBinaryContentAs(scene.files().get("config.json"));
    assertThat(scene.target().resolve(HubScene.WEIGHTS))
        .hasSameBinaryContentAs(scene.files().get(HubScene.WEIGHTS));
    scene.assertNothingElseIsLeft();
  }

  @Test
  void aPinnedRevisionIsWhatItWas() throws Exception {
    Path old = scene.files().get("config.json");
    scene.content("config.json", "{\"new\": true}");
    scene.hub().publish(HubScene.ID, HubScene.SECOND, "main", scene.files());

    scene.run(Optional.of(HubScene.FIRST), scene.settings(Optional.empty(), false));

    assertThat(scene.target().resolve("config.json")).hasSameBinaryContentAs(old);
    assertThat(scene.hub().requestsFor("config.json"))
        .singleElement()
        .extracting(Request::path)
        .isEqualTo("/%s/resolve/%s/config.json".formatted(HubScene.ID, HubScene.FIRST));
  }

  @Test
  void filesComeFromTheCommitThatTheBranchWas() throws Exception {
    scene
        .hub()
        .fail(
            "config.json",
            (exchange, content, from) -> {
              scene
                  .hub()
                  .publish(
                      HubScene.ID,
                      HubScene.SECOND,
                      "main",
                      Map.of()); // The branch moves meanwhile.
              Fault.noRanges().answer(exchange, content, from);
            });

    assertThat(scene.run().commit()).isEqualTo(HubScene.FIRST);
  }

  @Test
  void offlineWhatIsHereIsEnough() throws Exception {
    ImportRecord record = scene.run();
    int before = scene.hub().requests().size();

    assertThat(scene.run(Optional.empty(), scene.settings(Optional.empty(), true)))
        .isEqualTo(record);
    assertThat(scene.hub().requests()).hasSize(before);
  }

  @Test
  void offlineNothingIsAskedFor() {
    assertThatThrownBy(() -> scene.run(Optional.empty(), scene.settings(Optional.empty(), true)))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("HF_HUB_OFFLINE");
    assertThat(scene.hub().requests()).isEmpty();
  }

  @Test
  void aMirrorThatListsNoChecksumsIsAskedForEach() throws Exception {
    scene.hub().fail("", scene.listing("{\"rfilename\": \"%s\"}"));

    scene.run();

    assertThat(scene.hub().requests())
        .filteredOn(request -> request.method().equals("HEAD"))
        .extracting(Request::file)
        .contains(HubScene.WEIGHTS, "config.json");
    assertThat(ImportRecord.in(scene.target()).orElseThrow().files())
        .filteredOn(file -> file.name().equals(HubScene.WEIGHTS))
        .extracting(file -> file.checksum().hex())
        .containsExactly(FakeHub.sha256(scene.target().resolve(HubScene.WEIGHTS)));
  }

  @Test
  void aModelThatIsOfNoUseIsToldBeforeItsWeightsCome() {
    HubImport.Request request =
        new HubImport.Request(
            scene.addressUnchecked(),
            Optional.empty(),
            FileChoice.safetensors(),
            scene.target(),
            settings -> {
              assertThat(settings.resolve("config.json")).isRegularFile();
              throw new IllegalStateException("of no use");
            });

    assertThatThrownBy(() ->
            scene
                .importer(scene.settings(Optional.empty(), false), HubLimits.defaults())
                .run(request))
        .hasMessage("of no use");
    assertThat(scene.hub().requestsFor(HubScene.WEIGHTS)).isEmpty();
    assertThat(scene.folder().resolve("models")).isEmptyDirectory();
  }

  @Test
  void whatWasNotImportedIsNotReplaced() throws Exception {
    Files.createDirectories(scene.target());
    Files.writeString(scene.target().resolve("mine.txt"), "mine");

    assertThatThrownBy(scene::run).hasMessageContaining("give another --name or --to");
    assertThat(HubScene.names(scene.target())).containsExactly("mine.txt");
  }

  @Test
  void aNameThatAnotherModelHasIsNotTaken() throws Exception {
    scene.run();
    scene.hub().publish("other/model", HubScene.SECOND, "main", scene.files());
    ModelAddress other = ModelAddress.parse("other/model", scene.hub().endpoint());
    HubSettings settings = scene.settings(Optional.empty(), false);

    assertThatThrownBy(() ->
            scene.run(
                other, Optional.empty(), FileChoice.safetensors(), settings, HubLimits.defaults()))
        .hasMessageContaining("was imported from " + scene.hub().endpoint() + "/" + HubScene.ID);
  }

  @Test
  void aFileThatWasDeletedIsBroughtBack() throws Exception {
    scene.run();
    Files.delete(scene.target().resolve("tokenizer.json"));
    int before = scene.hub().requests().size();

    // The commit is the same, and yet not all is there.
    scene.run();

    assertThat(scene.target().resolve("tokenizer.json")).isRegularFile();
    assertThat(scene.hub().requests().subList(before, scene.hub().requests().size()))
        .extracting(Request::file)
        .containsExactly("", "tokenizer.json");
  }

  @Test
  void twoImportsOfOneNameDoNotMeet() throws Exception {
    scene
        .hub()
        .fail(
            "config.json",
            (exchange, content, from) -> {
              assertThatThrownBy(scene::run).hasMessageContaining("under way");
              Fault.noRanges().answer(exchange, content, from);
            });

    scene.run();

    assertThat(scene.target().resolve(HubScene.WEIGHTS)).isRegularFile();
  }
}
