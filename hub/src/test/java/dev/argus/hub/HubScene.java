package dev.argus.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.FakeHub;
import dev.argus.testdata.FakeHub.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A hub with one model, {@code owner/model}, and a place to import it to. Nothing sleeps: pauses
 * are written down.
 */
final class HubScene implements AutoCloseable {
  static final String ID = "owner/model";
  static final String WEIGHTS = "model.safetensors";
  static final String FIRST = "1".repeat(40);
  static final String SECOND = "2".repeat(40);
  static final int WEIGHT_BYTES = 1_500_000;

  private final Path folder;
  private final Path target;
  private final FakeHub hub = new FakeHub();
  private final List<Duration> pauses = new ArrayList<>();
  private final Map<String, Path> files = new TreeMap<>();

  private HubScene(Path folder) throws IOException {
    this.folder = folder;
    this.target = folder.resolve("models/model");
  }

  /** Publishes the model. */
  static HubScene open(Path folder) throws IOException {
    HubScene scene = new HubScene(folder);
    scene.content("config.json", "{\"model_type\": \"idefics3\"}");
    scene.content("tokenizer.json", "{}");
    scene.content("special_tokens_map.json", "{}");
    scene.content("README.md", "not needed");
    scene.content("pytorch_model.bin", "not wanted");
    scene.weights(WEIGHTS, 1);
    scene.hub.publish(ID, FIRST, "main", scene.files);
    return scene;
  }

  Path folder() {
    return folder;
  }

  /** What the model is imported as. */
  Path target() {
    return target;
  }

  FakeHub hub() {
    return hub;
  }

  /** The model's files, to be changed and published. */
  Map<String, Path> files() {
    return files;
  }

  /** The pauses that were made so far. */
  synchronized List<Duration> pauses() {
    return List.copyOf(pauses);
  }

  @Override
  public void close() {
    hub.close();
  }

  ImportRecord run() throws IOException, InterruptedException {
    return run(Optional.empty(), settings(Optional.empty(), false));
  }

  ImportRecord run(Optional<String> revision, HubSettings settings)
      throws IOException, InterruptedException {
    return run(address(), revision, FileChoice.safetensors(), settings, HubLimits.defaults());
  }

  ImportRecord run(
      ModelAddress address,
      Optional<String> revision,
      FileChoice choice,
      HubSettings settings,
      HubLimits limits)
      throws IOException, InterruptedException {
    return importer(settings, limits)
        .run(new HubImport.Request(address, revision, choice, target, directory -> {}));
  }

  HubImport importer(HubSettings settings, HubLimits limits) {
    HubLimits impatient =
        new HubLimits(
            limits.files(),
            limits.bytes(),
            limits.parallel(),
            limits.connect(),
            limits.answer(),
            Duration.ofMillis(300),
            limits.tries(),
            limits.firstPause(),
            limits.longestPause());
    return new HubImport(settings, impatient, this::remember, TransferProgress.SILENT);
  }

  synchronized void remember(Duration pause) {
    pauses.add(pause);
  }

  static HubLimits limits(int files, long bytes) {
    HubLimits defaults = HubLimits.defaults();
    return new HubLimits(
        files,
        bytes,
        defaults.parallel(),
        defaults.connect(),
        defaults.answer(),
        defaults.stall(),
        defaults.tries(),
        defaults.firstPause(),
        defaults.longestPause());
  }

  HubSettings settings(Optional<String> token, boolean offline) {
    return new HubSettings(hub.endpoint(), token, offline, Optional.empty());
  }

  ModelAddress address() throws HubException {
    return ModelAddress.parse(ID, hub.endpoint());
  }

  ModelAddress addressUnchecked() {
    return new ModelAddress(hub.endpoint(), ID, Optional.empty());
  }

  void content(String name, String text) throws IOException {
    files.put(name, Files.writeString(Files.createTempFile(folder, "content", ""), text));
  }

  void weights(String name, int seed) throws IOException {
    byte[] bytes = new byte[WEIGHT_BYTES];
    new Random(seed).nextBytes(bytes);
    files.put(name, Files.write(Files.createTempFile(folder, "weights", ""), bytes));
  }

  void index(String... shards) throws IOException {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < shards.length; i++) {
      entries.add("\"tensor%d\": \"%s\"".formatted(i, shards[i]));
    }
    content(
        "model.safetensors.index.json",
        "{\"weight_map\": {%s}}".formatted(String.join(", ", entries)));
  }

  void onnx(String suffix) throws IOException {
    for (String graph : List.of("vision_encoder", "embed_tokens", "decoder_model_merged")) {
      content("onnx/" + graph + suffix + ".onnx", graph + suffix);
    }
  }

  /** A list that says of each file what the format says. */
  Fault listing(String format) {
    String siblings = String.join(", ", files.keySet().stream().map(format::formatted).toList());
    byte[] answer =
        "{\"sha\": \"%s\", \"siblings\": [%s]}"
            .formatted(FIRST, siblings)
            .getBytes(StandardCharsets.UTF_8);
    return (exchange, content, from) -> {
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    };
  }

  /** As many bytes as are expected, but others. */
  static Fault other(int bytes) {
    return (exchange, content, from) -> {
      exchange.sendResponseHeaders(200, bytes);
      exchange.getResponseBody().write(new byte[bytes]);
    };
  }

  Path onlyPart() throws IOException {
    try (Stream<Path> parts = Files.list(folder.resolve("models/model.partial/parts"))) {
      return parts.toList().getFirst();
    }
  }

  void assertNothingElseIsLeft() throws IOException {
    try (Stream<Path> entries = Files.list(folder.resolve("models"))) {
      assertThat(entries).containsExactly(target);
    }
  }

  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.walk(directory)) {
      return entries
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
