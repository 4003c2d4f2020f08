package dev.argus.gateway.grpc;

import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.channel.Channels;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.ManagedChannel;
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

  /** Opens a channel to each target, as {@link Channels#open} does. */
  public static StageChannels open(
      String preprocess,
      String encoder,
      String decoder,
      Telemetry telemetry,
      ChannelLimits limits) {
    return new StageChannels(
        Channels.open(preprocess, telemetry, limits),
        Channels.open(encoder, telemetry, limits),
        Channels.open(decoder, telemetry, limits));
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
