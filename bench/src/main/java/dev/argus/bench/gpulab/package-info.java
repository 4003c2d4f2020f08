/**
 * What {@code bench/gpu-lab} needs beyond scripts: it makes the CUDA provider small enough to carry
 * to one kind of GPU. Depends on nothing but the JDK.
 */
@NullMarked
package dev.argus.bench.gpulab;

import org.jspecify.annotations.NullMarked;
