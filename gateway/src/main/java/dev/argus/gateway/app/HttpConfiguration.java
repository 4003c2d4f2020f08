package dev.argus.gateway.app;

import dev.argus.gateway.http.PictureSources;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.format.ReadableBytes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys {@code argus.gateway.http.*}.
 *
 * @param enabled whether the gateway speaks HTTP beside gRPC
 * @param port to listen on; 0 for a free one
 * @param playground whether to serve the page at {@code /} to try the models on
 * @param maxBodyBytes largest body of a request, such as {@code 32MB}: pictures in it are a third
 *     larger than their files
 * @param maxHeldBytes most that the bodies and fetched pictures of all requests have together;
 *     unset: an eighth of the JVM's heap, since a body is in it several times while it is read
 * @param receiveLimit how long a request may take to arrive
 * @param imageHosts where pictures may be fetched from, as {@link PictureSources} has it; unset:
 *     they are not fetched
 * @param imageMaxBytes largest picture that is fetched
 * @param imageMaxTotalBytes largest pictures that are fetched for one request, together
 * @param imageMaxCount how many pictures are fetched for one request
 * @param imageTimeLimit how long fetching a picture may take
 * @param imageMaxRedirects how often a picture may be elsewhere
 */
@Requires(property = "argus.stage", value = "gateway")
@ConfigurationProperties("argus.gateway.http")
record HttpConfiguration(
    @Bindable(defaultValue = "true") boolean enabled,
    @Bindable(defaultValue = "8080") int port,
    @Bindable(defaultValue = "true") boolean playground,
    @Bindable(defaultValue = "32MB") @ReadableBytes int maxBodyBytes,
    @Nullable @ReadableBytes Long maxHeldBytes,
    @Bindable(defaultValue = "60s") Duration receiveLimit,
    @Nullable List<String> imageHosts,
    @Bindable(defaultValue = "20MB") @ReadableBytes int imageMaxBytes,
    @Bindable(defaultValue = "32MB") @ReadableBytes int imageMaxTotalBytes,
    @Bindable(defaultValue = "32") int imageMaxCount,
    @Bindable(defaultValue = "10s") Duration imageTimeLimit,
    @Bindable(defaultValue = "3") int imageMaxRedirects) {
  HttpConfiguration {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("argus.gateway.http.port must be 0 to 65535, not " + port);
    }
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException(
          "argus.gateway.http.max-body-bytes must be positive, not " + maxBodyBytes);
    }
    if (!receiveLimit.isPositive()) {
      throw new IllegalArgumentException(
          "argus.gateway.http.receive-limit must be positive, not " + receiveLimit);
    }
    if (maxHeldBytes != null && maxHeldBytes < Math.max(maxBodyBytes, imageMaxTotalBytes)) {
      throw new IllegalArgumentException(
          "argus.gateway.http.max-held-bytes is %d; must not be less than max-body-bytes and image-max-total-bytes"
              .formatted(maxHeldBytes));
    }
  }

  /** Most bytes that all requests hold together; enough for any one of them. */
  long mostHeldBytes() {
    return maxHeldBytes == null
        ? Math.max(Runtime.getRuntime().maxMemory() / 8, Math.max(maxBodyBytes, imageMaxTotalBytes))
        : maxHeldBytes;
  }

  /**
   * Where pictures may be fetched from.
   *
   * @throws IllegalArgumentException when a value is out of range
   */
  PictureSources toSources() {
    return new PictureSources(
        imageHosts == null ? List.of() : imageHosts,
        imageMaxBytes,
        imageMaxTotalBytes,
        imageMaxCount,
        imageTimeLimit,
        imageMaxRedirects);
  }
}
