/**
 * How a graph runs: devices, tensors in their memory, sessions and bindings. The only package that
 * knows ONNX Runtime; depends on {@code base}.
 *
 * <p>A {@link dev.argus.runtime.Device} owns memory and threads. It opens a graph file as a {@link
 * dev.argus.runtime.Session} and allocates {@link dev.argus.runtime.Tensor}s; a session binds
 * tensors to its inputs and outputs as a {@link dev.argus.runtime.Binding}, which is checked once
 * and can then run many times. Anything wrong in the caller's hands (shapes, types, names, use
 * after closing) is an {@link IllegalArgumentException} or {@link IllegalStateException} before
 * native code sees it; what native code itself reports is a {@link
 * dev.argus.base.failure.ModelFault}.
 */
@NullMarked
package dev.argus.runtime;

import org.jspecify.annotations.NullMarked;
