/**
 * The thinking of the LLM decoder: sequences, slots, the scheduler, sampling. Knows neither gRPC
 * nor Micronaut nor ONNX Runtime; depends on {@code base} and {@code checkpoint}.
 */
@NullMarked
package dev.argus.decoder.core;

import org.jspecify.annotations.NullMarked;
