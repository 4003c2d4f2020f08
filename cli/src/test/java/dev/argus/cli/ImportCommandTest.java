package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.export.ExportProgress;
import dev.argus.checkpoint.export.HubExport;
import dev.argus.testdata.FakeHub;
import dev.argus.testdata.FakeHub.Fault;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ImportCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHECKPOINT = "tiny-internvl";
  private static final String ID = "argus/" + CHECKPOINT;
  private static final String COMMIT = "c".repeat(40);
  private static final String PICTURE = Golden.path("images/01_rgb_wide_640x360.png").toString();

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  private final FakeHub hub;
  private Path library;

  ImportCommandTest() throws IOException {
    hub = new FakeHub();
  }

  @BeforeEach
  void publish() throws IOException {
    library = folder.resolve("library");
    environment.put("HF_ENDPOINT", hub.endpoint().toString());
    environment.put("HF_TOKEN_PATH", folder.resolve("no-token").toString());
    hub.publish(ID, COMMIT, "main", ShardedCopy.of(Golden.path(CHECKPOINT), 3, folder));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void aShardedCheckpointIsImportedAndAnswersAsTheReference() throws IOException {
    assertThat(execute("import", ID)).as(err.toString()).isZero();

    assertThat(out.toString())
        .contains("source        " + hub.endpoint() + "/" + ID)
        .contains("revision      " + COMMIT + " (main)")
        .contains("directory     " + library.resolve(CHECKPOINT))
        .contains("architecture  internvl")
        .containsPattern("parameters    522\\.\\d k")
        .containsPattern("fingerprint   [0-9a-f]{64}")
        .containsPattern("graphs        fp32: vision \\d.*, decoder \\d")
        .containsPattern("self-test     fp32: passed in .* \\(1 tile, \\d+ prompt tokens, 8 answer")
        .contains("./argus describe PICTURE --model " + CHECKPOINT);
    assertThat(describedTokens()).isEqualTo(goldenTokens());
  }

  @Test
  void aHubBehindAProxyIsReached() {
    environment.put("HF_ENDPOINT", "http://hub.invalid");
    environment.put("HTTP_PROXY", hub.endpoint().toString());

    assertThat(execute("import", ID, "--no-self-test")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("source        http://hub.invalid/" + ID);
  }

  @Test
  void whatWasImportedIsListed() {
    execute("import", ID, "--name", "mine", "--no-self-test");
    out.getBuffer().setLength(0);

    assertThat(execute("models")).isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.startsWith("argus-tiny"))
        .anyMatch(line -> line.startsWith("mine ") && line.contains("internvl"));
  }

  @Test
  void anInterruptedImportIsNeitherListedNorFound() {
    hub.fail("model-00002-of-00003.safetensors", Fault.status(404, Map.of()));

    assertThat(execute("import", ID)).isEqualTo(1);
    assertThat(err.toString()).startsWith("argus: ").hasLineCount(1);
    assertThat(library.resolve(CHECKPOINT + ".partial")).isDirectory();
    assertThat(execute("models")).isZero();
    assertThat(out.toString()).doesNotContain(CHECKPOINT);
    assertThat(execute("describe", PICTURE, "--model", CHECKPOINT)).isEqualTo(1);
  }

  @Test
  void aModelOfAnUnknownFamilyIsToldBeforeItsWeightsCome() throws IOException {
    Map<String, Path> files = new HashMap<>(ShardedCopy.of(Golden.path(CHECKPOINT), 1, folder));
    files.put(
        "config.json",
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"mystery\"}"));
    hub.publish("argus/mystery", COMMIT, "main", files);

    assertThat(execute("import", "argus/mystery")).isEqualTo(1);
    assertThat(err.toString()).contains("model_type is mystery; known are").hasLineCount(1);
    assertThat(hub.requestsFor("model-00001-of-00001.safetensors")).isEmpty();
    assertThat(library).isEmptyDirectory();
  }

  @Test
  void anExportIsTriedAndServedAsItIs() throws IOException {
    Path export = folder.resolve("my-export");
    HubExport.write(Checkpoint.open(Golden.path("tiny-idefics3")), export, ExportProgress.SILENT);

    assertThat(execute("import", export.toString(), "--onnx")).as(err.toString()).isZero();
    assertThat(out.toString())
        .containsPattern("graphs        an export's, \\d")
        .contains("self-test     fp32: passed in ")
        .endsWith("./argus describe PICTURE --model my-export\n")
        .doesNotContain("parameters");

    for (String graph : List.of("vision_encoder", "decoder_model_merged")) {
      Path file = export.resolve("onnx").resolve(graph + ".onnx");
      Files.move(file, file.resolveSibling(graph + "_q4.onnx"));
    }
    assertThat(execute("import", export.toString(), "--onnx", "q4")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("self-test     int4: passed in ")
        .endsWith("./argus describe PICTURE --model my-export --precision int4\n");
    assertThat(execute("describe", PICTURE, "--model", "my-export", "--precision", "int4"))
        .as(err.toString())
        .isZero();
  }

  @Test
  void anExportWithoutAGraphIsToldByWhatItHas() throws IOException {
    Path export = folder.resolve("half-export");
    HubExport.write(Checkpoint.open(Golden.path("tiny-idefics3")), export, ExportProgress.SILENT);
    Files.delete(export.resolve("onnx/vision_encoder.onnx"));

    assertThat(execute("import", export.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("no vision_encoder.onnx in ");
  }

  @Test
  void aDirectoryStaysWhereItIs() throws IOException {
    Path mine = folder.resolve("my-checkpoint");
    copy(mine);

    assertThat(execute("import", mine.toString())).as(err.toString()).isZero();

    assertThat(library.resolve("my-checkpoint")).isSymbolicLink();
    assertThat(execute("import", mine.toString())).isZero();
    assertThat(execute("describe", PICTURE, "--model", "my-checkpoint", "--max-tokens", "2"))
        .isZero();
  }

  @Test
  void aDirectoryIsCopiedWhenAPlaceIsGiven() throws IOException {
    Path mine = folder.resolve("my-checkpoint");
    copy(mine);
    Files.writeString(mine.resolve("notes.txt"), "not needed");
    Path copy = folder.resolve("elsewhere/copy");

    assertThat(execute("import", mine.toString(), "--to", copy.toString(), "--no-self-test"))
        .as(err.toString())
        .isZero();

    assertThat(copy.resolve("model.safetensors"))
        .hasSameBinaryContentAs(mine.resolve("model.safetensors"));
    assertThat(copy.resolve("notes.txt")).doesNotExist();
    assertThat(out.toString()).contains("--model " + copy);
  }

  @Test
  void aBrokenDirectoryIsToldAndGetsNoName() throws IOException {
    Path mine = folder.resolve("broken");
    Files.createDirectories(mine);
    Files.writeString(mine.resolve("config.json"), "{}");

    assertThat(execute("import", mine.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("config.json").hasLineCount(1);
    assertThat(library).doesNotExist();
  }

  @Test
  void offlineWithNothingHereIsToldInOneLine() {
    environment.put("HF_HUB_OFFLINE", "1");

    assertThat(execute("import", ID)).isEqualTo(1);
    assertThat(err.toString()).startsWith("argus: ").contains("HF_HUB_OFFLINE").hasLineCount(1);
    assertThat(hub.requests()).isEmpty();
  }

  @Test
  void aWordThatIsNothingIsToldInOneLine() {
    assertThat(execute("import", "no such thing")).isEqualTo(1);
    assertThat(err.toString()).contains("neither a directory nor a model's id").hasLineCount(1);
  }

  @Test
  void aNameMustNotLeadElsewhere() {
    assertThat(execute("import", ID, "--name", "../evil")).isEqualTo(1);
    assertThat(err.toString()).contains("cannot be a model's name").hasLineCount(1);
  }

  private List<Integer> describedTokens() throws IOException {
    out.getBuffer().setLength(0);
    int code =
        execute(
            "describe",
            PICTURE,
            "-q",
            "What is in this image?",
            "--model",
            CHECKPOINT,
            "--max-tokens",
            "24",
            "--json");
    assertThat(code).as(err.toString()).isZero();
    List<Integer> ids = new ArrayList<>();
    for (String line : out.toString().lines().toList()) {
      JSON.readTree(line).at("/token/ids").forEach(id -> ids.add(id.asInt()));
    }
    return ids;
  }

  private static List<Integer> goldenTokens() {
    List<Integer> ids = new ArrayList<>();
    Golden.json(CHECKPOINT + "/golden.json")
        .at("/cases/A_tiled/greedy_24")
        .forEach(id -> ids.add(id.asInt()));
    assertThat(ids).hasSize(24);
    return ids;
  }

  private static void copy(Path target) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(Golden.path(CHECKPOINT))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
  }

  private int execute(String... arguments) {
    Installation installation = new Installation(Golden.repository(), library);
    CommandLine argus = ArgusCommand.commandLine(installation, environment, arguments);
    argus.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return argus.execute(arguments);
  }
}
