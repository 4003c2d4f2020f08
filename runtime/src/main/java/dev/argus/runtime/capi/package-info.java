/**
 * ONNX Runtime's C API, for what its Java API lacks: binding inputs and outputs to memory (a
 * device's too), values over memory of ours, options of runs and of the CUDA provider, initializers
 * and packed weights that sessions share.
 *
 * <p>A class for each of the API's types, named as there; each owns a native object and is closed
 * by who made it. What is used by another stays until that one has gone, so that closing in any
 * order is safe, and use after closing is an {@link IllegalStateException}. What ONNX Runtime
 * reports is an {@link dev.argus.runtime.capi.OrtFault}. {@link
 * dev.argus.runtime.capi.OrtEnv#liveObjects} counts what has not been freed.
 *
 * <p>Knows the JDK alone. ONNX Runtime's native library must have been loaded by the same class
 * loader before any class here is used.
 */
@NullMarked
package dev.argus.runtime.capi;

import org.jspecify.annotations.NullMarked;
