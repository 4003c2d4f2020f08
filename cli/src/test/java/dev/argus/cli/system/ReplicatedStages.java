package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** Two processes of each stage, which know each other by fixed lists of addresses. */
final class ReplicatedStages implements AutoCloseable {
  private static final Map<String, String> QUIET = Map.of("ARGUS_LOG_LEVEL", "WARN");
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(30);

  private final List<Replica> replicas = new ArrayList<>();
  private String gateways = "";

  private ReplicatedStages() {}

  /** Starts them; returns when all are ready. */
  static ReplicatedStages start(Path model) throws Exception {
    ReplicatedStages stages = new ReplicatedStages();
    try {
      stages.startAll(model);
      return stages;
    } catch (Exception e) {
      stages.close();
      throw e;
    }
  }

  private void startAll(Path model) throws Exception {
    String checkpoint = "--model=" + model;
    gateways =
        twice(
            "--stage=gateway",
            "--model=" + model.getFileName(),
            "--preprocess=" + twice("--stage=preprocess", checkpoint),
            "--encoder=" + twice("--stage=encoder", checkpoint, "--set=argus.encoder.threads=1"),
            "--decoder=" + twice("--stage=decoder", checkpoint, "--set=argus.decoder.threads=1"));
  }

  /** All of them, by stages. */
  List<Replica> replicas() {
    return List.copyOf(replicas);
  }

  /** A way to the gateways, as a client that knows both; whoever asked for it shuts it down. */
  ManagedChannel connect() {
    return Channels.open(gateways, Telemetry.off(), ChannelLimits.defaults());
  }

  /** Starts two; returns the target that names both. */
  private String twice(String... arguments) throws Exception {
    try (ExecutorService starts = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Replica> start = () -> new Replica(arguments);
      List<Future<Replica>> both = starts.invokeAll(List.of(start, start));
      for (Future<Replica> replica : both) {
        replicas.add(replica.get());
      }
    }
    return replicas.subList(replicas.size() - 2, replicas.size()).stream()
        .map(replica -> replica.address)
        .collect(Collectors.joining(",", "static:///", ""));
  }

  @Override
  public void close() {
    replicas.forEach(replica -> replica.process.close());
  }

  /** A process that can be replaced by another at the same address. */
  static final class Replica {
    private final String[] arguments;
    private final String address;
    private ServerProcess process;

    Replica(String... arguments) throws IOException {
      this.arguments = arguments;
      this.process = ServerProcess.start(QUIET, arguments);
      this.address = process.address();
    }

    /** Tells it to stop, waits until it has ended, and starts another; that is ready then. */
    void restart() throws IOException, InterruptedException {
      process.askToStop();
      assertThat(process.ends(LONGEST_DRAIN)).as("%s has drained", this).isTrue();
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      process = ServerProcess.start(port, QUIET, arguments);
    }

    @Override
    public String toString() {
      return arguments[0] + " at " + address;
    }
  }
}
