package dev.argus.checkpoint.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.onnx.AttributeProto;
import dev.argus.checkpoint.onnx.ModelProto;
import dev.argus.checkpoint.weights.RawSafetensors;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class GraphsTest {
  @TempDir private Path cache;

  static Stream<Arguments> graphs() {
    return Stream.of(GraphPart.values())
        .flatMap(
            part -> Stream.of(Precision.values()).map(precision -> Arguments.of(part, precision)));
  }

  @ParameterizedTest
  @MethodSource("graphs")
  void buildingTwiceGivesTheSameBytes(GraphPart part, Precision precision, @TempDir Path other)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));

    Path first = Graphs.prepare(checkpoint, part, precision, cache, BuildProgress.SILENT);
    Path second = Graphs.prepare(checkpoint, part, precision, other, BuildProgress.SILENT);

    for (Path file : List.of(first, first.resolveSibling(part.label() + ".data"))) {
      assertThat(file).hasSameBinaryContentAs(second.resolveSibling(file.getFileName()));
    }
  }

  /** Mistaken for the tower's own, it would move no answer by more than rounding does. */
  @Test
  void internVlsConnectorNormalisesWithItsOwnEpsilon() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-internvl"));
    Path graph =
        Graphs.prepare(checkpoint, GraphPart.VISION, Precision.FP32, cache, BuildProgress.SILENT);

    List<Float> epsilons =
        ModelProto.parseFrom(Files.readAllBytes(graph)).getGraph().getNodeList().stream()
            .filter(node -> node.getOpType().equals("LayerNormalization"))
            .flatMap(node -> node.getAttributeList().stream())
            .filter(attribute -> attribute.getName().equals("epsilon"))
            .map(AttributeProto::getF)
            .toList();
    assertThat(epsilons).containsExactly(1e-5f);
  }

  @Test
  void eachPrecisionHasAGraphOfItsOwnButVisionTowersInIntegers() {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));
    for (GraphPart part : GraphPart.values()) {
      Set<Path> paths = new HashSet<>();
      for (Precision precision : Precision.values()) {
        paths.add(Graphs.prepare(checkpoint, part, precision, cache, BuildProgress.SILENT));
      }

      assertThat(paths).hasSize(part == GraphPart.VISION ? 4 : 6);
    }
  }

  @Test
  void buildsOnlyWhatIsMissing() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));
    List<Long> progress = new ArrayList<>();
    Path graph =
        Graphs.prepare(
            checkpoint,
            GraphPart.DECODER,
            Precision.FP32,
            cache,
            (part, written, total) -> {
              assertThat(part).isEqualTo(GraphPart.DECODER);
              progress.add(total - written);
            });

    assertThat(progress).isNotEmpty().endsWith(0L);
    assertThat(graph).hasFileName("decoder.onnx");
    assertThat(files()).allMatch(file -> file.getFileName().toString().startsWith("decoder."));
    progress.clear();
    assertThat(
            Graphs.prepare(
                checkpoint,
                GraphPart.DECODER,
                Precision.FP32,
                cache,
                (part, written, total) -> progress.add(written)))
        .isEqualTo(graph);
    assertThat(progress).isEmpty();
  }

  @Test
  void severalBuildersAtOnceAllSucceed() throws Exception {
    int builders = 4;
    CyclicBarrier start = new CyclicBarrier(builders);
    try (var threads = Executors.newFixedThreadPool(builders)) {
      List<Future<Path>> paths = new ArrayList<>();
      for (int i = 0; i < builders; i++) {
        Checkpoint checkpoint = Checkpoint.open(Golden.path("tiny-idefics3"));
        paths.add(
            threads.submit(() -> {
              start.await();
              return Graphs.prepare(
                  checkpoint, GraphPart.VISION, Precision.FP32, cache, BuildProgress.SILENT);
            }));
      }
      for (Future<Path> path : paths) {
        assertThat(path.get()).isEqualTo(paths.getFirst().get()).exists();
      }
    }
    assertThat(files()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DECODER | \"intermediate_size\": 192 | \"intermediate_size\": 200 | config.json says [200, 96]",
        "VISION | \"image_size\": 128 | \"image_size\": 96 | config.json says [144, 64]",
        "VISION | \"num_hidden_layers\": 3 | \"num_hidden_layers\": 4 | no tensor model",
      })
  void refusesWeightsThatDoNotFitTheSettings(
      GraphPart part, String setting, String wrong, String problem, @TempDir Path broken)
      throws IOException {
    copy("tiny-idefics3", broken);
    for (String name : List.of("config.json", "preprocessor_config.json")) {
      Path file = broken.resolve(name);
      Files.writeString(
          file,
          Files.readString(file)
              .replace(setting, wrong)
              .replace(
                  "\"longest_edge\": 128",
                  setting.contains("image") ? "\"longest_edge\": 96" : "\"longest_edge\": 128"));
    }
    Checkpoint checkpoint = Checkpoint.open(broken);

    assertThatThrownBy(
            () -> Graphs.prepare(checkpoint, part, Precision.FP32, cache, BuildProgress.SILENT))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining(problem);
    assertThat(files()).isEmpty();
  }

  @Test
  void keepsFinishedGraphsBesideTheCheckpoint(@TempDir Path directory) throws IOException {
    copy("tiny-idefics3", directory);
    Checkpoint checkpoint = Checkpoint.open(directory);
    List<GraphPart> finishing = new ArrayList<>();
    BuildProgress progress =
        new BuildProgress() {
          @Override
          public void advanced(GraphPart part, long writtenBytes, long totalBytes) {
            assertThat(finishing).isEmpty();
          }

          @Override
          public void finishing(GraphPart part) {
            finishing.add(part);
          }
        };
    assertThat(find(checkpoint, GraphPart.VISION, "here")).isEmpty();

    Path graph =
        Graphs.prepare(checkpoint, GraphPart.VISION, Precision.FP32, copying("here"), progress);

    assertThat(finishing).containsExactly(GraphPart.VISION);
    assertThat(graph).startsWith(directory.resolve(".argus/graphs"));
    assertThat(find(checkpoint, GraphPart.VISION, "here")).contains(graph);
    assertThat(find(checkpoint, GraphPart.VISION, "elsewhere")).isEmpty();
    assertThat(find(checkpoint, GraphPart.DECODER, "here")).isEmpty();
    try (Stream<Path> files = Files.list(graph.resolveSibling(""))) {
      assertThat(files).containsExactly(graph);
    }
    Files.delete(graph);
    assertThat(find(checkpoint, GraphPart.VISION, "here")).isEmpty();
  }

  @Test
  void tellsWhichGraphsAreNotUsedHere(@TempDir Path directory) throws IOException {
    copy("tiny-idefics3", directory);
    Checkpoint checkpoint = Checkpoint.open(directory);
    Path used = prepare(checkpoint, "here").resolveSibling("");
    Path elsewhere = prepare(checkpoint, "elsewhere").resolveSibling("");
    Path older = Files.createDirectory(used.resolve("../../0123456789abcdef-v1").normalize());
    Path underWay = Files.createDirectory(used.resolveSibling("decoder-1.partial"));

    assertThat(Graphs.unused(checkpoint, copying("here")))
        .containsExactlyInAnyOrder(elsewhere, older)
        .doesNotContain(used, underWay);
  }

  private static Path prepare(Checkpoint checkpoint, String finish) {
    return Graphs.prepare(
        checkpoint, GraphPart.VISION, Precision.FP32, copying(finish), BuildProgress.SILENT);
  }

  @Test
  void leavesNothingOfAGraphWhoseFinishFails(@TempDir Path directory) throws IOException {
    copy("tiny-idefics3", directory);
    Checkpoint checkpoint = Checkpoint.open(directory);
    GraphFinish broken =
        new GraphFinish(
            "broken",
            (built, finished) -> {
              Files.copy(built, finished);
              throw new IOException("disk full");
            });

    assertThatThrownBy(() ->
            Graphs.prepare(
                checkpoint, GraphPart.VISION, Precision.FP32, broken, BuildProgress.SILENT))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("disk full");

    try (Stream<Path> files = Files.walk(directory.resolve(".argus/graphs"))) {
      assertThat(files).allMatch(Files::isDirectory).noneMatch(path -> path.endsWith("built"));
    }
  }

  private static Optional<Path> find(Checkpoint checkpoint, GraphPart part, String finish) {
    return Graphs.find(checkpoint, part, Precision.FP32, copying(finish));
  }

  /** Keeps the graph and drops its data. */
  private static GraphFinish copying(String key) {
    return new GraphFinish(key, Files::copy);
  }

  /** The three are the same weights, so that whatever differs is read from the wrong place. */
  @ParameterizedTest
  @EnumSource
  void allNamesOfInternVlsTensorsGiveTheSameGraph(
      GraphPart part, @TempDir Path newer, @TempDir Path third) throws IOException {
    copy("tiny-internvl", newer);
    rename(newer.resolve("model.safetensors"), GraphsTest::asTransformers5Does);
    Path expected = prepare(Golden.path("tiny-internvl"), part, cache);

    for (Path actual :
        List.of(
            prepare(newer, part, cache),
            prepare(Golden.path("tiny-internvl-remote"), part, third))) {
      assertThat(actual).hasSameBinaryContentAs(expected);
      assertThat(actual.resolveSibling(part.label() + ".data"))
          .hasSameBinaryContentAs(expected.resolveSibling(part.label() + ".data"));
    }
  }

  private static Path prepare(Path checkpoint, GraphPart part, Path directory) {
    return Graphs.prepare(
        Checkpoint.open(checkpoint), part, Precision.FP32, directory, BuildProgress.SILENT);
  }

  private static String asTransformers5Does(String header) {
    return header
        .replace("\"language_model.lm_head", "\"lm_head")
        .replace("\"language_model.model.", "\"model.language_model.")
        .replace("\"vision_tower.", "\"model.vision_tower.")
        .replace("\"multi_modal_projector.", "\"model.multi_modal_projector.");
  }

  private static void rename(Path file, UnaryOperator<String> change) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = Long.BYTES + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, Long.BYTES, end - Long.BYTES, StandardCharsets.UTF_8);
    RawSafetensors.write(file, change.apply(header), Arrays.copyOfRange(bytes, end, bytes.length));
  }

  private static void copy(String checkpoint, Path target) throws IOException {
    try (Stream<Path> files = Files.list(Golden.path(checkpoint))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(target.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
