package dev.argus.service.launch;

import dev.argus.service.telemetry.LibraryLogs;
import dev.argus.service.telemetry.Telemetry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.BeanResolutionTraceMode;
import io.micronaut.context.env.CommandLinePropertySource;
import io.micronaut.context.env.PropertySource;
import io.micronaut.core.cli.CommandLine;
import io.micronaut.core.order.Ordered;
import io.micronaut.grpc.server.GrpcEmbeddedServer;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs one stage as a server process. What the stage is made of is found by its name: the beans
 * that require {@code argus.stage} to have it.
 *
 * <p>Configuration comes, the later the stronger, from Argus's defaults, files named by {@code
 * micronaut.config.files}, environment variables, system properties, and arguments of the form
 * {@code --argus.gateway.max-requests=8}.
 */
public final class StageLauncher {
  /** The exit code when the configuration is wrong. */
  public static final int BAD_CONFIGURATION = 2;

  private static final Map<String, Integer> PORTS =
      Map.of("gateway", 7070, "preprocess", 7071, "encoder", 7072, "decoder", 7073);

  /** Micronaut's later property sources win, so the lowest order is the weakest. */
  private static final int WEAKEST = Ordered.HIGHEST_PRECEDENCE;

  private StageLauncher() {}

  /**
   * Serves until the process is told to stop, then drains; told twice, it ends at once. Prints one
   * line to stdout when ready, whose last word is its gRPC address, or what is wrong to stderr.
   *
   * @param stage {@code gateway}, {@code preprocess}, {@code encoder} or {@code decoder}
   * @return the process's exit code
   */
  public static int run(String stage, String... args) {
    return run(stage, args, System.out, System.err);
  }

  /**
   * As above, in a process that has telemetry already and starts other things meanwhile.
   *
   * @param telemetry stays the caller's to close
   * @param others waits for them; called when the stage is made, before it serves. What it throws
   *     is why the stage cannot start
   */
  public static int run(String stage, Telemetry telemetry, Runnable others, String... args) {
    return run(stage, Optional.of(telemetry), others, args, System.out, System.err);
  }

  static int run(String stage, String[] args, PrintStream out, PrintStream err) {
    return run(stage, Optional.empty(), () -> {}, args, out, err);
  }

  private static int run(
      String stage,
      Optional<Telemetry> telemetry,
      Runnable others,
      String[] args,
      PrintStream out,
      PrintStream err) {
    LibraryLogs.joinOthers();
    RunningStage running;
    try {
      running = start(stage, telemetry, others, args);
    } catch (RuntimeException e) {
      err.printf("argus %s cannot start: %s%n", stage, StartFailure.explain(e));
      return BAD_CONFIGURATION;
    }
    StopSignals.onFirst(running::close);
    String sides =
        running.sideAddresses().stream().map(" with %s"::formatted).collect(Collectors.joining());
    out.printf("argus %s%s is ready on %s%n", stage, sides, running.address());
    out.flush();
    running.awaitClose();
    return 0;
  }

  /**
   * Starts a stage's server; returns when it serves.
   *
   * @throws RuntimeException when the configuration is wrong or the stage cannot start
   */
  public static RunningStage start(String stage, String... args) {
    return start(stage, Optional.empty(), () -> {}, args);
  }

  private static RunningStage start(
      String stage, Optional<Telemetry> telemetry, Runnable others, String... args) {
    Integer port = PORTS.get(stage);
    if (port == null) {
      throw new IllegalArgumentException(
          "There is no stage "
              + stage
              + "; there are "
              + PORTS.keySet().stream().sorted().toList());
    }
    // Said outright, as Micronaut asks its logger, and one that is still being made says that it
    // traces: then each bean is written down for nobody.
    ApplicationContext context =
        ApplicationContext.builder()
            .banner(false)
            .beanResolutionTrace(BeanResolutionTraceMode.NONE)
            .deduceEnvironment(false)
            .enableDefaultPropertySources(true)
            .propertySources(
                PropertySource.of("defaults", defaults(stage, port), WEAKEST),
                PropertySource.of("stage", Map.of("argus.stage", stage), Integer.MAX_VALUE),
                new CommandLinePropertySource(CommandLine.parse(args)))
            .build();
    telemetry.ifPresent(given -> context.registerSingleton(Telemetry.class, given));
    try {
      context.start();
      List<String> otherStages =
          PORTS.keySet().stream().filter(name -> !name.equals(stage)).sorted().toList();
      ConfigurationKeys.check(context, otherStages);
      var server = context.getBean(GrpcEmbeddedServer.class);
      List<SideServer> sides = List.copyOf(context.getBeansOfType(SideServer.class));
      others.run();
      server.start();
      sides.forEach(SideServer::start);
      return new RunningStage(context, server, sides);
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  private static Map<String, Object> defaults(String stage, int port) {
    return Map.of("grpc.server.port", port, "argus.server.reflection", stage.equals("gateway"));
  }
}
