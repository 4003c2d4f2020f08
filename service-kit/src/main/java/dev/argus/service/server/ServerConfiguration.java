package dev.argus.service.server;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * The keys {@code argus.server.*}, the same for every stage.
 *
 * @param maxMessageMebibytes largest message received, in MiB, 1 to 2047; a larger one fails its
 *     call with RESOURCE_EXHAUSTED
 * @param drainLimit how long open calls may go on after the server was told to stop; longer than
 *     the longest answer
 * @param reflection whether clients may ask for the API's descriptors, as grpcurl does
 */
@ConfigurationProperties("argus.server")
public record ServerConfiguration(
    @Bindable(defaultValue = "64") int maxMessageMebibytes,
    @Bindable(defaultValue = "60s") Duration drainLimit,
    @Bindable(defaultValue = "false") boolean reflection) {
  public ServerConfiguration {
    if (maxMessageMebibytes < 1 || maxMessageMebibytes > 2047) {
      throw new IllegalArgumentException(
          "argus.server.max-message-mebibytes must be 1 to 2047, not " + maxMessageMebibytes);
    }
    if (drainLimit.isNegative()) {
      throw new IllegalArgumentException("argus.server.drain-limit must not be negative");
    }
  }
}
