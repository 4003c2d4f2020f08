/**
 * From weights to graphs: Argus writes its own ONNX graphs, fused for ONNX Runtime, and keeps them
 * beside the checkpoint. Depends on {@code base}, the other packages of this module and protobuf;
 * runs nothing.
 */
@NullMarked
package dev.argus.checkpoint.graph;

import org.jspecify.annotations.NullMarked;
