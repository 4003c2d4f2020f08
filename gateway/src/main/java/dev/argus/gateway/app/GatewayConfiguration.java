package dev.argus.gateway.app;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.tenant.Tenant;
import dev.argus.gateway.GatewaySettings;
import dev.argus.gateway.core.AdmissionLimits;
import dev.argus.gateway.grpc.routing.RoutingSettings;
import dev.argus.service.channel.ChannelLimits;
import dev.argus.service.wire.StreamLimits;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys {@code argus.gateway.*}.
 *
 * @param models names of the models that are served, at least one; the first answers requests that
 *     name none
 * @param preprocess where the preprocess service is: {@code host:port}, {@code dns:///host:port},
 *     {@code static:///host:port,host:port} or {@code k8s:///[namespace/]service[:port]}
 * @param encoder where the vision encoder service is
 * @param decoder where the decoder service is
 * @param maxRequests requests served at a time; more are refused
 * @param maxRequestsPerTenant requests of one tenant served at a time; unset: max-requests
 * @param maxQueuedTokens prompt tokens of requests that wait for their first token; more are
 *     refused
 * @param maxQueuedTokensPerTenant of one tenant's; unset: max-queued-tokens
 * @param timeout how long a request may take whose caller set no deadline
 * @param maxTimeout how long any request may take
 * @param tenant whose all requests are; unset: the tenant that their metadata {@code argus-tenant}
 *     names
 * @param overlap whether a stage may begin with a request before the one before it has ended
 * @param stallLimit how long a client or a stage may take nothing before it is given up
 */
@Requires(property = "argus.stage", value = "gateway")
@ConfigurationProperties("argus.gateway")
record GatewayConfiguration(
    @Nullable List<String> models,
    @Bindable(defaultValue = "localhost:7071") String preprocess,
    @Bindable(defaultValue = "localhost:7072") String encoder,
    @Bindable(defaultValue = "localhost:7073") String decoder,
    @Bindable(defaultValue = "256") int maxRequests,
    @Nullable Integer maxRequestsPerTenant,
    @Bindable(defaultValue = "262144") int maxQueuedTokens,
    @Nullable Integer maxQueuedTokensPerTenant,
    @Bindable(defaultValue = "2m") Duration timeout,
    @Bindable(defaultValue = "10m") Duration maxTimeout,
    @Nullable String tenant,
    @Bindable(defaultValue = "true") boolean overlap,
    @Bindable(defaultValue = "30s") Duration stallLimit) {

  /**
   * What the gateway is started with.
   *
   * @param routing how calls are shared among a stage's replicas
   * @throws IllegalArgumentException when a value is out of range
   * @throws InvalidInput when the tenant's name is none
   */
  GatewaySettings toSettings(RoutingSettings routing) {
    return new GatewaySettings(
        models == null ? List.of() : models,
        preprocess,
        encoder,
        decoder,
        new AdmissionLimits(
            maxRequests,
            maxRequestsPerTenant == null ? maxRequests : maxRequestsPerTenant,
            maxQueuedTokens,
            maxQueuedTokensPerTenant == null ? maxQueuedTokens : maxQueuedTokensPerTenant),
        timeout,
        maxTimeout,
        Optional.ofNullable(tenant).map(name -> Tenant.parse(name, "argus.gateway.tenant")),
        overlap,
        new StreamLimits(StreamLimits.defaults().prefetch(), stallLimit),
        ChannelLimits.defaults(),
        routing);
  }
}
