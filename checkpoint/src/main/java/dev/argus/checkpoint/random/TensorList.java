package dev.argus.checkpoint.random;

import dev.argus.checkpoint.random.RandomTensor.Outliers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The tensors of a model, gathered part by part, with the spread that a trained network's have:
 * what comes out of a layer has about the size of what goes in.
 *
 * <p>Outlier channels are in the residual stream (whatever writes to it) and in the gains of
 * normalisations. Not thread-safe.
 */
final class TensorList {
  private static final float SMALL = 0.02f;

  private final List<RandomTensor> tensors;
  private final String prefix;

  TensorList() {
    this(new ArrayList<>(), "");
  }

  private TensorList(List<RandomTensor> tensors, String prefix) {
    this.tensors = tensors;
    this.prefix = prefix;
  }

  /** The same list, for tensors whose names go on with this. */
  TensorList below(String name) {
    return new TensorList(tensors, prefix + name);
  }

  List<RandomTensor> all() {
    return List.copyOf(tensors);
  }

  /** The weight of a linear layer whose result is not added to the residual stream. */
  TensorList linear(String name, long out, long in) {
    return add(name + ".weight", 0, inverseRoot(in), Outliers.NONE, out, in);
  }

  /** The weight of a linear layer that adds to the residual stream. */
  TensorList residual(String name, long out, long in) {
    return add(name + ".weight", 0, inverseRoot(in), Outliers.FIRST_DIMENSION, out, in);
  }

  TensorList bias(String name, long width) {
    return add(name + ".bias", 0, SMALL, Outliers.NONE, width);
  }

  /** The gain of a normalisation. */
  TensorList gain(String name, long width) {
    return add(name + ".weight", 1, SMALL, Outliers.FIRST_DIMENSION, width);
  }

  /** The gain and the shift of a layer normalisation. */
  TensorList layerNorm(String name, long width) {
    return gain(name, width).bias(name, width);
  }

  /** What one row of is the beginning of a residual stream; the last dimension is its width. */
  TensorList embedding(String name, long... shape) {
    return add(name, 0, 1, Outliers.LAST_DIMENSION, shape);
  }

  /** The kernel of the convolution that embeds patches; pixels are nearly all the same. */
  TensorList patchKernel(String name, long hidden, long patch) {
    return add(
        name + ".weight",
        0,
        inverseRoot(3 * patch * patch),
        Outliers.FIRST_DIMENSION,
        hidden,
        3,
        patch,
        patch);
  }

  /** Factors of what a branch adds to the residual stream. */
  TensorList layerScale(String name, long width) {
    return add(name, 0.1f, 0.01f, Outliers.NONE, width);
  }

  private TensorList add(
      String name, float mean, float deviation, Outliers outliers, long... shape) {
    List<Long> dimensions = LongStream.of(shape).boxed().toList();
    tensors.add(new RandomTensor(prefix + name, dimensions, mean, deviation, outliers));
    return this;
  }

  private static float inverseRoot(long in) {
    return (float) (1 / Math.sqrt((double) in));
  }
}
