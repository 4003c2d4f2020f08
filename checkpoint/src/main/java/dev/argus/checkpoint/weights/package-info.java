/**
 * A checkpoint's tensors as they lie in its safetensors files, memory-mapped. Depends on {@code
 * base} and Jackson.
 */
@NullMarked
package dev.argus.checkpoint.weights;

import org.jspecify.annotations.NullMarked;
