package dev.argus.bench.fleet;

import dev.argus.bench.fleet.FleetReport.Caching;
import dev.argus.bench.fleet.FleetReport.Scaling;
import dev.argus.bench.fleet.TileCount.Tiles;
import dev.argus.bench.measure.Task;
import dev.argus.bench.serve.endpoint.PictureFile;
import dev.argus.bench.serve.endpoint.Question;
import dev.argus.bench.serve.load.Load;
import dev.argus.bench.serve.load.Pace;
import dev.argus.bench.serve.load.Run;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.gateway.grpc.routing.RoutingPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Puts the same load on fleets that differ in one thing. One thread. */
final class FleetBench implements AutoCloseable {
  private static final double MILLIS_PER_SECOND = 1000;

  private final Path checkpoint;
  private final Plan plan;
  private final List<Question> questions;
  private final OtherStages others;

  /**
   * What is done.
   *
   * @param encoders most replicas
   * @param tileMillis how long a tile takes a simulated device
   * @param clients questions at once
   * @param pictures different ones
   * @param pictureSize of them
   * @param zipf the exponent of their popularity
   * @param requests that count, of each fleet
   * @param seed of pictures and their order
   */
  record Plan(
      int encoders,
      int tileMillis,
      int clients,
      int pictures,
      Size pictureSize,
      double zipf,
      int requests,
      long seed) {}

  /** Draws the pictures and starts the stages that all fleets share. */
  FleetBench(Path checkpoint, Plan plan) throws IOException {
    this.checkpoint = checkpoint;
    this.plan = plan;
    this.questions =
        IntStream.range(0, plan.pictures())
            .mapToObj(picture -> question(plan.pictureSize(), plan.seed() * 1_000_003 + picture))
            .toList();
    this.others = OtherStages.start(checkpoint);
  }

  private static Question question(Size size, long seed) {
    return new Question(List.of(PictureFile.drawn(size, seed)), "Describe this image.", 1, true);
  }

  /** Throughput from one encoder to all, with pictures that are equally popular and not cached. */
  List<Scaling> scaling() throws IOException, InterruptedException {
    List<Scaling> scaling = new ArrayList<>();
    for (int encoders = 1; encoders <= plan.encoders(); encoders++) {
      var setup = new Fleet.Setup(encoders, RoutingPolicy.AFFINITY, plan.tileMillis(), 0);
      Measured measured = measure(setup, 0, plan.requests() / 2);
      double tiles = measured.tiles().all() / measured.run().seconds();
      double requests = measured.requestsPerSecond();
      double one = scaling.isEmpty() ? requests : scaling.getFirst().requestsPerSecond();
      scaling.add(
          new Scaling(
              encoders,
              requests,
              tiles,
              tiles * plan.tileMillis() / MILLIS_PER_SECOND / encoders,
              requests / one));
    }
    return scaling;
  }

  /**
   * What the caches of all encoders give, by routing, after as many requests as there are pictures
   * for each encoder. All caches together hold all pictures.
   *
   * @param tilesOfPicture how many tiles a picture has
   */
  List<Caching> caching(double tilesOfPicture) throws IOException, InterruptedException {
    ModelConfig model = Checkpoint.open(checkpoint).config();
    long tileBytes = (long) model.vision().visualTokens() * model.text().hiddenSize() * Float.BYTES;
    long cacheBytes =
        (long) Math.ceil(tilesOfPicture * plan.pictures() / plan.encoders()) * tileBytes;
    List<Caching> caching = new ArrayList<>();
    for (RoutingPolicy policy : RoutingPolicy.values()) {
      var setup = new Fleet.Setup(plan.encoders(), policy, plan.tileMillis(), cacheBytes);
      Measured measured = measure(setup, plan.zipf(), plan.encoders() * plan.pictures());
      caching.add(
          new Caching(
              policy.name(),
              plan.encoders(),
              measured.tiles().hitRate(),
              measured.requestsPerSecond()));
    }
    return caching;
  }

  private Measured measure(Fleet.Setup setup, double zipf, int warmUps)
      throws IOException, InterruptedException {
    ZipfDraws draws = new ZipfDraws(plan.pictures(), zipf, new Random(plan.seed()));
    String title = "%d encoders, %s".formatted(setup.encoders(), setup.policy());
    try (Task task = Task.begin(title, warmUps + plan.requests());
        Fleet fleet = Fleet.start(checkpoint, others, setup)) {
      Load load = new Load(fleet.endpoint());
      ask(load, draws, warmUps, task);
      Tiles before = fleet.tiles().now();
      Run run = ask(load, draws, plan.requests(), task);
      return new Measured(run, fleet.tiles().now().since(before));
    }
  }

  /**
   * Asks so many questions.
   *
   * @throws IOException if one is not answered: then the others say nothing
   */
  private Run ask(Load load, ZipfDraws draws, int number, Task task)
      throws IOException, InterruptedException {
    List<Question> drawn =
        IntStream.range(0, number).mapToObj(_ -> questions.get(draws.next())).toList();
    Run run = load.run(new Pace.Closed(plan.clients()), drawn, plan.seed(), task::step);
    run.requireAnswers();
    return run;
  }

  @Override
  public void close() {
    others.close();
  }

  /** A fleet's run, and the tiles of its answers. */
  private record Measured(Run run, Tiles tiles) {
    double requestsPerSecond() {
      return run.answered().size() / run.seconds();
    }
  }
}
