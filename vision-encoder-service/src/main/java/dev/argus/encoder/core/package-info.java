/**
 * The thinking of the vision encoder: tiles, batches, fairness. Knows neither gRPC nor Micronaut
 * nor ONNX Runtime; depends on {@code base} and {@code checkpoint}.
 */
@NullMarked
package dev.argus.encoder.core;

import org.jspecify.annotations.NullMarked;
