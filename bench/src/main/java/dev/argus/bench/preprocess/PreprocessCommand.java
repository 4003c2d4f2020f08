package dev.argus.bench.preprocess;

import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.measure.Task;
import dev.argus.bench.measure.Turns;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.preprocess.core.PreprocessRecipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures preprocessing, recipe by recipe, in turns with Pillow and transformers.js. */
@Command(
    name = "preprocess",
    description = {
      "Measure preprocessing: from a JPEG file to SmolVLM's tiles, one recipe more at a time,",
      "in turns with the reference's three resizes in Pillow, which must give the same bytes, and",
      "with transformers.js, which gives others: its tiles are normalised float32."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench preprocess",
      "  argus bench preprocess --pictures 1600x1200 --threads 2 --runs 50 --python python3"
    })
public final class PreprocessCommand implements Callable<Integer> {
  private static final String ROW = "  %-22s %10s %19s %10s %10s %9s %9s%n";

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Option(
      names = "--pictures",
      split = ",",
      paramLabel = "WxH",
      description = "Sizes of the pictures. Default: 640x480,1600x1200,4000x3000.")
  private List<String> pictures = List.of("640x480", "1600x1200", "4000x3000");

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of Argus. Default: one for each processor.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--runs", paramLabel = "N", description = "Turns of each. Default: 20.")
  private int runs = 20;

  @Option(names = "--warm-ups", paramLabel = "N", description = "Turns not counted. Default: 10.")
  private int warmUps = 10;

  @Option(
      names = "--python",
      paramLabel = "COMMAND",
      description = "A Python that has Pillow. Default: /usr/bin/python3, as Debian's python3-pil.")
  private String python = "/usr/bin/python3";

  @Option(names = "--node", paramLabel = "COMMAND", description = "Node.js. Default: node.")
  private String node = "node";

  @Override
  public Integer call() throws IOException {
    List<Size> sizes = pictures.stream().map(PreprocessCommand::size).toList();
    Path folder = Files.createTempDirectory("argus-bench-preprocess");
    List<Contender> contenders = contenders();
    try (Task task = Task.begin("Measuring", (long) sizes.size() * contenders.size() * turns())) {
      boolean same = true;
      for (Size size : sizes) {
        same &= measure(picture(size, folder), contenders, task);
      }
      return same ? 0 : 1;
    } finally {
      contenders.forEach(Contender::close);
      delete(folder);
    }
  }

  private int turns() {
    return warmUps + runs;
  }

  private List<Contender> contenders() {
    List<Contender> contenders = new ArrayList<>();
    Path peers = Path.of(System.getProperty("dev.argus.home", "."), "bench/peers");
    Pillow.start(python, peers)
        .ifPresentOrElse(
            contenders::add, () -> out().printf("%s has no Pillow: left out%n", python));
    Path program = peers.resolve("transformers.js");
    TransformersJs.start(node, program)
        .ifPresentOrElse(
            contenders::add,
            () ->
                out()
                    .printf(
                        "transformers.js is left out: it needs Node.js, and npm ci --ignore-scripts in %s%n",
                        program));
    Set<PreprocessRecipe> recipes = EnumSet.noneOf(PreprocessRecipe.class);
    contenders.add(new Argus("as written", threads, recipes));
    for (PreprocessRecipe recipe : PreprocessRecipe.values()) {
      recipes.add(recipe);
      String name = recipe.name().toLowerCase(Locale.ROOT).replace('_', '-');
      contenders.add(new Argus("+ " + name, threads, recipes));
    }
    return contenders;
  }

  /** Returns whether all that are to gave the same tiles. */
  private boolean measure(Picture picture, List<Contender> contenders, Task task) {
    List<String> digests =
        contenders.stream().flatMap(each -> each.digest(picture).stream()).toList();
    ForeignLoad load = ForeignLoad.watchWithChildren();
    Map<Contender, Samples> samples =
        new Turns(warmUps, runs, task::step).measure(contenders, 1, each -> each.prepare(picture));
    boolean same = digests.stream().distinct().count() == 1;
    out()
        .printf(
            Locale.ROOT,
            "%n%dx%d JPEG (%,d bytes), %d tiles, %d threads; %s; other processes took %s of the machine%n",
            picture.size().width(),
            picture.size().height(),
            picture.file().length,
            picture.plan().tiles(),
            threads,
            same ? "the same bytes" : "THE BYTES DIFFER",
            load.share().isPresent()
                ? String.format(Locale.ROOT, "%.0f %%", 100 * load.share().getAsDouble())
                : "an unknown share");
    print(samples);
    return same;
  }

  private void print(Map<Contender, Samples> samples) {
    out().printf(ROW, "", "MEDIAN MS", "P10-P90 MS", "DECODE MS", "TILES MS", "X PILLOW", "X JS");
    samples.forEach((contender, each) -> {
      String decode = "-";
      String tiles = "-";
      if (contender instanceof Argus argus) {
        decode = number(counted(argus.takeDecodeMillis()).median());
        tiles = number(counted(argus.takeResizeMillis()).median());
      }
      out()
          .printf(
              ROW,
              contender.label(),
              number(each.median()),
              number(each.quantile(0.1)) + " - " + number(each.quantile(0.9)),
              decode,
              tiles,
              times(samples, Pillow.class, each),
              times(samples, TransformersJs.class, each));
    });
    out().flush();
  }

  /** How many times as fast as a peer; a dash where it is left out. */
  private static String times(
      Map<Contender, Samples> samples, Class<? extends Contender> peer, Samples each) {
    return samples.entrySet().stream()
        .filter(entry -> peer.isInstance(entry.getKey()))
        .findFirst()
        .map(entry -> number(entry.getValue().median() / each.median()))
        .orElse("-");
  }

  private Samples counted(List<Double> millis) {
    return new Samples(millis.subList(warmUps, millis.size()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static Picture picture(Size size, Path folder) throws IOException {
    byte[] file = Photograph.jpeg(size);
    Path path = folder.resolve(size.width() + "x" + size.height() + ".jpg");
    return new Picture(size, file, Files.write(path, file));
  }

  private static Size size(String text) {
    String[] edges = text.split("x", -1);
    if (edges.length != 2 || !Stream.of(edges).allMatch(edge -> edge.matches("[1-9][0-9]{1,4}"))) {
      throw new IllegalArgumentException(
          "--pictures takes sizes such as 640x480, not '" + text + "'");
    }
    return new Size(Integer.parseInt(edges[0]), Integer.parseInt(edges[1]));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
