package dev.argus.runtime;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.ValueInfo;
import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.Lifetime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** A graph on the processor, through the Java API. */
final class JavaSession implements Session {
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String name;
  private final Map<String, TensorSpec> inputs;
  private final Map<String, TensorSpec> outputs;
  private final Lifetime lifetime;

  private JavaSession(
      OrtEnvironment environment,
      OrtSession session,
      String name,
      Map<String, TensorSpec> inputs,
      Map<String, TensorSpec> outputs) {
    this.environment = environment;
    this.session = session;
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.lifetime = new Lifetime("the session", () -> closeNative(session));
  }

  /**
   * Takes over a native session; closes it if the graph's inputs or outputs are of a kind that
   * Argus does not handle.
   *
   * @param name the graph's name in messages
   * @param spec what to make of each input and output, by its name
   */
  static JavaSession of(
      OrtEnvironment environment,
      OrtSession session,
      String name,
      BiFunction<String, ValueInfo, TensorSpec> spec)
      throws OrtException {
    try {
      return new JavaSession(
          environment,
          session,
          name,
          specs(session.getInputInfo(), spec),
          specs(session.getOutputInfo(), spec));
    } catch (OrtException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Map<String, TensorSpec> specs(
      Map<String, NodeInfo> nodes, BiFunction<String, ValueInfo, TensorSpec> spec) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    nodes.forEach((name, node) -> specs.put(name, spec.apply(name, node.getInfo())));
    return Collections.unmodifiableMap(specs);
  }

  private static void closeNative(OrtSession session) {
    try {
      session.close();
    } catch (OrtException e) {
      throw new ModelFault("cannot unload a graph: " + e.getMessage(), e);
    }
  }

  @Override
  public Map<String, TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public Map<String, TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public Binding bind(Map<String, Tensor> inputTensors, Map<String, Tensor> outputTensors) {
    lifetime.requireOpen();
    BindingCheck check = new BindingCheck();
    check.inputs(inputs, inputTensors);
    check.outputs(outputs, outputTensors);
    return new JavaBinding(
        environment,
        this,
        Runs.inMemory(HostMemory.INSTANCE, inputTensors),
        Runs.inMemory(HostMemory.INSTANCE, outputTensors));
  }

  /** The Java API knows processors alone, where nothing is recorded. */
  @Override
  public Binding bindRecorded(Map<String, Tensor> inputTensors, Map<String, Tensor> outputTensors) {
    return bind(inputTensors, outputTensors);
  }

  /** The native session; valid while {@link #lifetime} is held. */
  OrtSession ortSession() {
    return session;
  }

  /** How long the native session lives. */
  Lifetime lifetime() {
    return lifetime;
  }

  /** The graph's name in messages. */
  String name() {
    return name;
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
