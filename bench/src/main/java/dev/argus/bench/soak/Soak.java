package dev.argus.bench.soak;

import com.google.protobuf.ByteString;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Random load on all stages. What is held when the load has gone is compared with what was held
 * when an equal load had gone at the beginning: caches, pools and compiled code are there by then.
 */
final class Soak {
  private static final int PICTURES = 40;
  private static final Duration LONGEST_END = Duration.ofSeconds(60);
  private static final Duration SHORTEST_WARM_UP = Duration.ofSeconds(30);

  private final Path checkpoint;
  private final int clients;
  private final long seed;
  private final PrintWriter csv;
  private final Tally tally = new Tally();
  private final GaugeReader gauges = new GaugeReader();
  private final long begin = System.nanoTime();

  /**
   * @param clients at once
   * @param csv gets a line of vitals every so often
   */
  Soak(Path checkpoint, int clients, long seed, PrintWriter csv) {
    this.checkpoint = checkpoint;
    this.clients = clients;
    this.seed = seed;
    this.csv = csv;
  }

  /**
   * Runs.
   *
   * @param length of the load
   * @param interval between two lines of vitals
   * @return what leaked or failed, each a sentence
   */
  List<String> run(Duration length, Duration interval) throws InterruptedException {
    csv.println(Vitals.CSV_HEADER);
    try (var meters = SdkMeterProvider.builder().registerMetricReader(gauges).build()) {
      var telemetry = Telemetry.of(OpenTelemetrySdk.builder().setMeterProvider(meters).build());
      var settings =
          AllInOneSettings.defaults(Map.of(checkpoint.getFileName().toString(), checkpoint));
      try (var stages = AllInOne.start(settings, telemetry, BuildProgress.SILENT)) {
        Duration tenth = length.dividedBy(10);
        Duration warmUp = tenth.compareTo(SHORTEST_WARM_UP) > 0 ? tenth : SHORTEST_WARM_UP;
        load(stages, warmUp, interval);
        Vitals before = atRest();
        load(stages, length, interval);
        return Stream.concat(atRest().leaksSince(before).stream(), failures()).toList();
      }
    }
  }

  Tally tally() {
    return tally;
  }

  private Stream<String> failures() {
    return tally.failures().entrySet().stream()
        .map(entry -> "%d requests failed: %s".formatted(entry.getValue().sum(), entry.getKey()));
  }

  private void load(AllInOne stages, Duration length, Duration interval)
      throws InterruptedException {
    long end = System.nanoTime() + length.toNanos();
    Random random = new Random(seed);
    List<ByteString> pictures =
        Stream.generate(() -> picture(random)).limit(PICTURES).collect(Collectors.toList());
    List<Thread> visitors = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Visitor visitor =
          new Visitor(stages.gateway(), pictures, new Random(random.nextLong()), tally);
      visitors.add(
          Thread.ofVirtual()
              .start(() -> {
                while (System.nanoTime() - end < 0) {
                  visitor.ask();
                }
              }));
    }
    while (System.nanoTime() - end < 0) {
      pause(interval);
      write(vitals());
    }
    for (Thread visitor : visitors) {
      visitor.join();
    }
  }

  /** What is held once nothing is going on any more. */
  private Vitals atRest() throws InterruptedException {
    long limit = System.nanoTime() + LONGEST_END.toNanos();
    while (vitals().slots() > 0 && System.nanoTime() - limit < 0) {
      pause(Duration.ofMillis(100));
    }
    // Threads that wait for work end after a while, references are cleared in several rounds.
    for (int i = 0; i < 5; i++) {
      System.gc();
      pause(Duration.ofSeconds(1));
    }
    Vitals vitals = vitals();
    write(vitals);
    return vitals;
  }

  private Vitals vitals() {
    return Vitals.now(gauges.gauge("argus.decoder.slots.used").orElse(0L));
  }

  private void write(Vitals vitals) {
    csv.printf(
        "%d,%d,%d,%d,%d,%d,%s%n",
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
        vitals.residentBytes(),
        vitals.heapBytes(),
        vitals.directBytes(),
        vitals.threads(),
        vitals.slots(),
        tally.counts().stream().map(String::valueOf).collect(Collectors.joining(",")));
    csv.flush();
  }

  private static void pause(Duration duration) throws InterruptedException {
    if (new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("nobody counts down");
    }
  }

  /** A few coloured shapes, PNG. */
  private static ByteString picture(Random random) {
    BufferedImage image =
        new BufferedImage(
            40 + random.nextInt(300), 40 + random.nextInt(300), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int shape = 0; shape < 4; shape++) {
      graphics.setColor(new Color(random.nextInt(1 << 24)));
      graphics.fillOval(
          random.nextInt(image.getWidth()), random.nextInt(image.getHeight()), 60, 60);
    }
    graphics.dispose();
    try (ByteString.Output bytes = ByteString.newOutput()) {
      ImageIO.write(image, "png", bytes);
      return bytes.toByteString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
