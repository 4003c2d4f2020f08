/** Traces and metrics: one OpenTelemetry instance and the gRPC interceptors that carry it. */
@NullMarked
package dev.argus.service.telemetry;

import org.jspecify.annotations.NullMarked;
