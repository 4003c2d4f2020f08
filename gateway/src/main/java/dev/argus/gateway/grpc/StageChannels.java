package dev.argus.gateway.grpc;

import dev.argus.gateway.grpc.routing.Routing;
import dev.argus.gateway.grpc.routing.RoutingMetrics;
import dev.argus.gateway.grpc.routing.RoutingSettings;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.concurrent.TimeUnit;

/**
 * The connections to the three stages. Thread-safe; whoever opened it closes it.
 *
 * @param preprocess to the preprocess service
 * @param encoder to the vision encoder service
 * @param decoder to the decoder service
 */
public record StageChannels(
    ManagedChannel preprocess, ManagedChannel encoder, ManagedChannel decoder)
    implements AutoCloseable {
  /** Preprocessing keeps nothing, so that its calls have no keys: they go round whatever it is. */
  private static final int LIGHT_LOAD_WITHOUT_KEYS = 1;

  /**
   * Opens a channel to each target, as {@link Channels#open} does, but that calls are shared among
   * replicas by what they are about, and that targets may be {@code
   * k8s:///[namespace/]service[:port]} and {@code static:///host:port,host:port} too. Replicas are
   * looked up and connected at once.
   */
  public static StageChannels open(
      String preprocess,
      String encoder,
      String decoder,
      Telemetry telemetry,
      ChannelLimits limits,
      RoutingSettings routing) {
    return new StageChannels(
        open("preprocess", preprocess, LIGHT_LOAD_WITHOUT_KEYS, telemetry, limits, routing),
        open("encoder", encoder, routing.encoderLightLoad(), telemetry, limits, routing),
        open("decoder", decoder, routing.decoderLightLoad(), telemetry, limits, routing));
  }

  private static ManagedChannel open(
      String stage,
      String target,
      int lightLoad,
      Telemetry telemetry,
      ChannelLimits limits,
      RoutingSettings settings) {
    var routing =
        new Routing(
            stage,
            lightLoad,
            settings,
            new RoutingMetrics(telemetry.meter(), stage),
            System::nanoTime);
    ManagedChannelBuilder<?> builder = Channels.builder(target, telemetry, limits);
    if (target.startsWith(Channels.IN_PROCESS)) {
      return routing.buildInProcess(builder); // The first call connects: it may not serve yet.
    }
    ManagedChannel channel = routing.build(builder);
    channel.getState(true);
    return channel;
  }

  /** Breaks off open calls and waits, a bounded time, for the connections to end. */
  @Override
  public void close() {
    preprocess.shutdownNow();
    encoder.shutdownNow();
    decoder.shutdownNow();
    try {
      preprocess.awaitTermination(1, TimeUnit.SECONDS);
      encoder.awaitTermination(1, TimeUnit.SECONDS);
      decoder.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
