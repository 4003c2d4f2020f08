package dev.argus.gateway;

import dev.argus.base.tenant.Tenant;
import dev.argus.gateway.core.AdmissionLimits;
import dev.argus.gateway.grpc.StageChannels;
import dev.argus.gateway.grpc.routing.RoutingSettings;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.wire.StreamLimits;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * What a gateway is started with.
 *
 * @param models names of the models it serves, at least one; the first answers requests that name
 *     none
 * @param preprocess target of the preprocess service, as {@link StageChannels#open} takes it
 * @param encoder target of the vision encoder service
 * @param decoder target of the decoder service
 * @param admission how much is served at a time; more is refused
 * @param timeout how long a request may take whose caller set no deadline
 * @param maxTimeout how long any request may take
 * @param tenant whose all requests are; empty: the tenant that their metadata {@code argus-tenant}
 *     names
 * @param overlap whether a stage may begin with a request before the one before it has ended; off,
 *     to measure what overlap is worth: all tiles are cut, then all encoded, then the prompt is
 *     read
 * @param streams how far client and stages may run ahead of each other, and how long either may
 *     stall
 * @param channels what the connections to the stages may do
 * @param routing how calls are shared among a stage's replicas
 */
public record GatewaySettings(
    List<String> models,
    String preprocess,
    String encoder,
    String decoder,
    AdmissionLimits admission,
    Duration timeout,
    Duration maxTimeout,
    Optional<Tenant> tenant,
    boolean overlap,
    StreamLimits streams,
    ChannelLimits channels,
    RoutingSettings routing) {

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException naming the setting that is wrong and what is allowed
   */
  public GatewaySettings {
    models = List.copyOf(models);
    require(!models.isEmpty(), "models must name at least one model");
    require(models.stream().noneMatch(String::isBlank), "models must not hold an empty name");
    require(new HashSet<>(models).size() == models.size(), "models must not name one twice");
    require(timeout.isPositive(), "timeout must be positive");
    require(maxTimeout.compareTo(timeout) >= 0, "max-timeout must not be shorter than timeout");
  }

  /** The default limits: of admission, and 2 minutes, at most 10. */
  public static GatewaySettings defaults(
      List<String> models, String preprocess, String encoder, String decoder) {
    return new GatewaySettings(
        models,
        preprocess,
        encoder,
        decoder,
        AdmissionLimits.DEFAULT,
        Duration.ofMinutes(2),
        Duration.ofMinutes(10),
        Optional.empty(),
        true,
        StreamLimits.defaults(),
        ChannelLimits.defaults(),
        RoutingSettings.DEFAULT);
  }

  /** These settings with other limits of what is served at a time. */
  public GatewaySettings withAdmission(AdmissionLimits limits) {
    return new GatewaySettings(
        models,
        preprocess,
        encoder,
        decoder,
        limits,
        timeout,
        maxTimeout,
        tenant,
        overlap,
        streams,
        channels,
        routing);
  }

  /** These settings with other limits of time. */
  public GatewaySettings withTimeouts(Duration unset, Duration longest) {
    return new GatewaySettings(
        models,
        preprocess,
        encoder,
        decoder,
        admission,
        unset,
        longest,
        tenant,
        overlap,
        streams,
        channels,
        routing);
  }

  /** These settings for one tenant only. */
  public GatewaySettings withTenant(Tenant only) {
    return new GatewaySettings(
        models,
        preprocess,
        encoder,
        decoder,
        admission,
        timeout,
        maxTimeout,
        Optional.of(only),
        overlap,
        streams,
        channels,
        routing);
  }

  /** These settings with stages that work at the same time, or one after another. */
  public GatewaySettings withOverlap(boolean overlapping) {
    return new GatewaySettings(
        models,
        preprocess,
        encoder,
        decoder,
        admission,
        timeout,
        maxTimeout,
        tenant,
        overlapping,
        streams,
        channels,
        routing);
  }

  /** These settings with other limits of streams. */
  public GatewaySettings withStreams(StreamLimits limits) {
    return new GatewaySettings(
        models,
        preprocess,
        encoder,
        decoder,
        admission,
        timeout,
        maxTimeout,
        tenant,
        overlap,
        limits,
        channels,
        routing);
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException("argus.gateway." + problem);
    }
  }
}
