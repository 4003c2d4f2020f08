package dev.argus.service.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.View;
import java.util.Map;
import java.util.Set;

/**
 * The second names of Argus's metrics: those that dashboards made for vLLM ask for. A measurement
 * is taken once; a view of the SDK shows it under both names, each with its own attributes. So this
 * table is all there is to know about vLLM's names.
 *
 * <p>Histograms keep Argus's buckets, which are finer: small models answer in milliseconds.
 */
public final class VllmNames {
  /** vLLM's attribute for the model. */
  private static final String MODEL = "model_name";

  /** vLLM's attribute for why an answer ended. */
  private static final String REASON = "finished_reason";

  private static final Set<String> ATTRIBUTES = Set.of(MODEL, REASON);

  /** vLLM's names by Argus's, both without the endings that Prometheus adds. */
  static final Map<String, String> BY_INSTRUMENT =
      Map.ofEntries(
          Map.entry("argus.decoder.slots.used", "vllm:num_requests_running"),
          Map.entry("argus.decoder.queue.depth", "vllm:num_requests_waiting"),
          Map.entry("argus.decoder.kv.usage", "vllm:kv_cache_usage_perc"),
          Map.entry("argus.decoder.prefix.queries", "vllm:prefix_cache_queries"),
          Map.entry("argus.decoder.prefix.hits", "vllm:prefix_cache_hits"),
          Map.entry("argus.decoder.prompt.tokens", "vllm:prompt_tokens"),
          Map.entry("argus.decoder.tokens", "vllm:generation_tokens"),
          Map.entry("argus.decoder.step.tokens", "vllm:iteration_tokens"),
          Map.entry("argus.decoder.token.interval", "vllm:inter_token_latency_seconds"),
          Map.entry("argus.decoder.queue.duration", "vllm:request_queue_time_seconds"),
          Map.entry("argus.gateway.answers", "vllm:request_success"),
          Map.entry("gen_ai.server.time_to_first_token", "vllm:time_to_first_token_seconds"),
          Map.entry(
              "gen_ai.server.time_per_output_token", "vllm:request_time_per_output_token_seconds"),
          Map.entry("gen_ai.server.request.duration", "vllm:e2e_request_latency_seconds"));

  private VllmNames() {}

  /** A model by vLLM's attribute, to be added to Argus's own. */
  public static Attributes model(String name) {
    return Attributes.builder().put(MODEL, name).build();
  }

  /**
   * A model and why an answer ended by vLLM's attributes, to be added to Argus's own.
   *
   * @param reason {@code stop} or {@code length}
   */
  public static Attributes ended(String name, String reason) {
    return Attributes.builder().put(MODEL, name).put(REASON, reason).build();
  }

  /**
   * Makes an SDK show every metric of Argus under all its names. Those of libraries are left alone:
   * a view of theirs would undo their own choice of attributes, which leaves out what is different
   * in each call.
   */
  static SdkMeterProviderBuilder register(SdkMeterProviderBuilder builder) {
    builder.registerView(
        InstrumentSelector.builder().setMeterName(Telemetry.SCOPE).build(),
        View.builder().setAttributeFilter(key -> !ATTRIBUTES.contains(key)).build());
    BY_INSTRUMENT.forEach((instrument, name) ->
        builder.registerView(
            InstrumentSelector.builder().setName(instrument).build(),
            View.builder().setName(name).setAttributeFilter(ATTRIBUTES::contains).build()));
    return builder;
  }
}
