/**
 * A checkpoint as ONNX files in the layout of the Hugging Face Hub, {@code
 * onnx/vision_encoder.onnx} and its neighbours, which transformers.js and others run: writing them,
 * and finding them in a checkpoint that has them. Depends on {@code base} and the other packages of
 * this module; runs nothing.
 */
@NullMarked
package dev.argus.checkpoint.export;

import org.jspecify.annotations.NullMarked;
