package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.Lifetime;
import dev.argus.runtime.capi.OrtFault;
import dev.argus.runtime.capi.OrtSession;
import dev.argus.runtime.capi.TensorInfo;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** A graph on any device, through the C API. */
final class NativeSession implements Session {
  private final OrtSession session;
  private final Place place;
  private final String name;
  private final Map<String, TensorSpec> inputs;
  private final Map<String, TensorSpec> outputs;
  private final Lifetime lifetime;
  private final Recording recording;

  /** How many recordings have a number, from 0. */
  private final AtomicInteger recordings = new AtomicInteger();

  /**
   * Takes over a native session; closes it if the graph's inputs or outputs are of a kind that
   * Argus does not handle.
   *
   * @param place where its tensors lie
   * @param name the graph's name in messages
   * @param recording whether it was opened to record
   * @param spec what to make of each input and output, by its name
   */
  NativeSession(
      OrtSession session,
      Place place,
      String name,
      Recording recording,
      BiFunction<String, Optional<TensorInfo>, TensorSpec> spec) {
    this.session = session;
    this.place = place;
    this.name = name;
    this.recording = recording;
    this.lifetime = new Lifetime("the session", () -> place.calls().together(session::close));
    try {
      this.inputs = specs(session.inputs(), spec);
      this.outputs = specs(session.outputs(), spec);
    } catch (OrtFault | ModelFault e) {
      lifetime.close();
      throw e;
    }
  }

  private static Map<String, TensorSpec> specs(
      Map<String, Optional<TensorInfo>> nodes,
      BiFunction<String, Optional<TensorInfo>, TensorSpec> spec) {
    Map<String, TensorSpec> specs = new LinkedHashMap<>();
    nodes.forEach((node, info) -> specs.put(node, spec.apply(node, info)));
    return Collections.unmodifiableMap(specs);
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
    return bind(
        inputTensors,
        outputTensors,
        switch (recording) {
          case OFF -> new NativeRuns.Plain();
          case ON -> new NativeRuns.Unrecorded();
        });
  }

  @Override
  public Binding bindRecorded(Map<String, Tensor> inputTensors, Map<String, Tensor> outputTensors) {
    return bind(
        inputTensors,
        outputTensors,
        switch (recording) {
          case OFF -> new NativeRuns.Plain();
          case ON -> new NativeRuns.Recorded(recordings.getAndIncrement());
        });
  }

  private Binding bind(
      Map<String, Tensor> inputTensors, Map<String, Tensor> outputTensors, NativeRuns kind) {
    lifetime.requireOpen();
    BindingCheck check = new BindingCheck();
    check.inputs(inputs, inputTensors);
    check.outputs(outputs, outputTensors);
    return new NativeBinding(
        this,
        Runs.inMemory(place.memory(), inputTensors),
        Runs.inMemory(place.memory(), outputTensors),
        kind);
  }

  /** The native session; valid while {@link #lifetime} is held. */
  OrtSession ortSession() {
    return session;
  }

  /** Where its tensors lie. */
  Place place() {
    return place;
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
