package dev.argus.service.server;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;

/**
 * The keys {@code argus.server.*}, the same for every stage.
 *
 * @param maxMessageBytes largest message received, such as {@code 64MB}; a larger one fails its
 *     call with RESOURCE_EXHAUSTED, as gRPC has it, and without a hint when to retry
 * @param drainLimit how long open calls may go on after the server was told to stop; longer than
 *     the longest answer
 * @param reflection whether clients may ask for the API's descriptors, as grpcurl does
 */
@ConfigurationProperties("argus.server")
public record ServerConfiguration(
    @Bindable(defaultValue = "64MB") @ReadableBytes int maxMessageBytes,
    @Bindable(defaultValue = "60s") Duration drainLimit,
    @Bindable(defaultValue = "false") boolean reflection) {
  public ServerConfiguration {
    if (maxMessageBytes < 1) {
      throw new IllegalArgumentException(
          "argus.server.max-message-bytes must be positive, not " + maxMessageBytes);
    }
    if (drainLimit.isNegative()) {
      throw new IllegalArgumentException("argus.server.drain-limit must not be negative");
    }
  }
}
