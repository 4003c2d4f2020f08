package dev.argus.bench.serve.endpoint;

import java.util.Map;
import java.util.OptionalInt;

/**
 * What a server says of an answer at its end.
 *
 * @param promptTokens empty where the server does not tell
 * @param outputTokens as {@code promptTokens}
 * @param stageMillis where the server's time went, by activity; empty where it does not tell
 */
public record Reply(
    OptionalInt promptTokens, OptionalInt outputTokens, Map<String, Double> stageMillis) {}
