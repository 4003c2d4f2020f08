package dev.argus.gateway.grpc;

import dev.argus.gateway.core.AdmissionLimits;
import dev.argus.service.wire.StreamLimits;
import java.time.Duration;

/**
 * What one gateway does for its clients.
 *
 * @param admission how much is served at a time
 * @param timeout how long a request may take whose caller set no deadline
 * @param maxTimeout how long any request may take
 * @param overlap whether a stage may begin before the one before it has ended
 * @param streams how far client and stages may run ahead of each other
 */
public record RequestLimits(
    AdmissionLimits admission,
    Duration timeout,
    Duration maxTimeout,
    boolean overlap,
    StreamLimits streams) {}
