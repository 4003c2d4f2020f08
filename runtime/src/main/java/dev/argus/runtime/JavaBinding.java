package dev.argus.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.argus.base.failure.ModelFault;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A run through the Java API, prepared: the maps that {@code run(inputs, outputs, pinnedOutputs)}
 * wants. Every output is pinned, so that nothing native is allocated or copied for results, and a
 * tensor that is input and output at once is recognised by its address.
 */
final class JavaBinding implements Binding {
  private final JavaSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();
  private final Runs runs;

  JavaBinding(
      OrtEnvironment environment,
      JavaSession session,
      Map<String, MemoryTensor> inputTensors,
      Map<String, MemoryTensor> outputTensors) {
    this.session = session;
    this.runs =
        Runs.of(session.lifetime(), List.of(inputTensors, outputTensors), this::closeValues);
    try {
      values(environment, inputTensors, inputs);
      values(environment, outputTensors, outputs);
    } catch (RuntimeException e) {
      runs.close();
      throw e;
    }
  }

  private static void values(
      OrtEnvironment environment,
      Map<String, MemoryTensor> tensors,
      Map<String, OnnxTensor> values) {
    tensors.forEach((name, tensor) -> values.put(name, value(environment, tensor)));
  }

  private static OnnxTensor value(OrtEnvironment environment, MemoryTensor tensor) {
    try (var _ = tensor.lifetime().hold()) {
      return OnnxTensor.createTensor(
          environment,
          tensor.data().asByteBuffer().order(ByteOrder.nativeOrder()),
          tensor.shape().toArray(),
          javaType(tensor.type()));
    } catch (OrtException e) {
      throw new ModelFault("cannot make a tensor: " + e.getMessage(), e);
    }
  }

  private static OnnxJavaType javaType(ElementType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      case INT64 -> OnnxJavaType.INT64;
      case INT32 -> OnnxJavaType.INT32;
      case UINT8 -> OnnxJavaType.UINT8;
      case BOOL -> OnnxJavaType.BOOL;
    };
  }

  @Override
  public void run() {
    runs.run(this::runNative);
  }

  private void runNative() {
    try (OrtSession.Result _ = session.ortSession().run(inputs, Set.of(), outputs)) {
      // Everything is in the pinned outputs.
    } catch (OrtException e) {
      throw new ModelFault("%s failed: %s".formatted(session.name(), e.getMessage()), e);
    }
  }

  private void closeValues() {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
  }

  @Override
  public void close() {
    runs.close();
  }
}
