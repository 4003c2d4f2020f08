package dev.argus.runtime;

import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import dev.argus.base.failure.ModelFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From ONNX Runtime's descriptions of an input or output, in either API, to ours. */
final class OrtSpecs {
  private OrtSpecs() {}

  /** What an input or output of another's graph is: its names of dimensions are not kept. */
  static TensorSpec foreign(String name, ValueInfo info) {
    return withoutNames(of(name, info));
  }

  /** What an input or output of another's graph is: its names of dimensions are not kept. */
  static TensorSpec foreign(String name, Optional<dev.argus.runtime.capi.TensorInfo> info) {
    return withoutNames(of(name, info));
  }

  private static TensorSpec withoutNames(TensorSpec spec) {
    return new TensorSpec(
        spec.type(),
        spec.dimensions().stream()
            .map(dimension ->
                dimension instanceof TensorSpec.Named ? new TensorSpec.Any() : dimension)
            .toList());
  }

  /**
   * @param name name of the input or output, for the message
   * @throws ModelFault if it is no tensor, or of an element type that Argus does not use
   */
  static TensorSpec of(String name, ValueInfo info) {
    if (!(info instanceof TensorInfo tensor)) {
      throw new ModelFault("%s is no tensor: %s".formatted(name, info), null);
    }
    return new TensorSpec(type(name, tensor), dimensions(tensor));
  }

  /**
   * @param name name of the input or output, for the message
   * @param info empty if it is no tensor
   * @throws ModelFault if it is no tensor, or of an element type that Argus does not use
   */
  static TensorSpec of(String name, Optional<dev.argus.runtime.capi.TensorInfo> info) {
    var tensor = info.orElseThrow(() -> new ModelFault("%s is no tensor".formatted(name), null));
    ElementType type =
        OrtTypes.type(tensor.type()).orElseThrow(() -> unused(name, OrtTypes.name(tensor.type())));
    List<TensorSpec.Dimension> dimensions = new ArrayList<>();
    for (int axis = 0; axis < tensor.dimensions().size(); axis++) {
      dimensions.add(dimension(tensor.dimensions().get(axis), tensor.names().get(axis)));
    }
    return new TensorSpec(type, dimensions);
  }

  private static ModelFault unused(String name, String type) {
    return new ModelFault(
        "%s has elements of type %s, which Argus does not use".formatted(name, type), null);
  }

  private static ElementType type(String name, TensorInfo tensor) {
    return switch (tensor.type) {
      case FLOAT -> ElementType.FLOAT32;
      case FLOAT16 -> ElementType.FLOAT16;
      case BFLOAT16 -> ElementType.BFLOAT16;
      case INT64 -> ElementType.INT64;
      case INT32 -> ElementType.INT32;
      case UINT8 -> ElementType.UINT8;
      case BOOL -> ElementType.BOOL;
      case DOUBLE, INT8, INT16, STRING, UNKNOWN -> throw unused(name, tensor.type.name());
    };
  }

  private static List<TensorSpec.Dimension> dimensions(TensorInfo tensor) {
    long[] shape = tensor.getShape();
    String[] names = tensor.getDimensionNames();
    List<TensorSpec.Dimension> dimensions = new ArrayList<>(shape.length);
    for (int axis = 0; axis < shape.length; axis++) {
      dimensions.add(dimension(shape[axis], axis < names.length ? names[axis] : ""));
    }
    return List.copyOf(dimensions);
  }

  private static TensorSpec.Dimension dimension(long length, String name) {
    if (length >= 0) {
      return new TensorSpec.Fixed(length);
    }
    return name.isEmpty() ? new TensorSpec.Any() : new TensorSpec.Named(name);
  }
}
