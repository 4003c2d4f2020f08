package dev.argus.decoder.engine;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Recording;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import dev.argus.runtime.TensorSpec;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A device that gives out a number of tensors, bindings and sessions, then fails. */
final class FailingDevice implements Device {
  private final int limit;
  private int given;
  private final Set<Integer> open = new HashSet<>();

  FailingDevice(int limit) {
    this.limit = limit;
  }

  /** How many of those that were given out have not been closed. */
  int open() {
    return open.size();
  }

  private int give() {
    if (given == limit) {
      throw new ModelFault("no more than " + limit, null);
    }
    open.add(given);
    return given++;
  }

  @Override
  public void requireArithmetic(ElementType floats) {}

  @Override
  public Tensor allocate(ElementType type, Shape shape) {
    return tensor(give(), shape);
  }

  private Tensor tensor(int number, Shape shape) {
    return (Tensor)
        Proxy.newProxyInstance(
            Tensor.class.getClassLoader(),
            new Class<?>[] {Tensor.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "shape" -> shape;
                  case "rows" -> tensor(give(), shape.withRows((long) arguments[1]));
                  case "shaped" -> tensor(give(), (Shape) arguments[0]);
                  case "close" -> {
                    open.remove(number);
                    yield null;
                  }
                  case "bytes" -> shape.elements() * ElementType.INT64.bytes();
                  case "read", "write" -> null;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Override
  public Session open(Path graph) {
    int number = give();
    return new Session() {
      @Override
      public Map<String, TensorSpec> inputs() {
        return Map.of("past_key.0", new TensorSpec(ElementType.FLOAT32, List.of()));
      }

      @Override
      public Map<String, TensorSpec> outputs() {
        return Map.of();
      }

      @Override
      public Binding bind(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        return binding(give());
      }

      @Override
      public Binding bindRecorded(Map<String, Tensor> inputs, Map<String, Tensor> outputs) {
        return bind(inputs, outputs);
      }

      @Override
      public void close() {
        open.remove(number);
      }
    };
  }

  private Binding binding(int number) {
    return new Binding() {
      @Override
      public void run() {}

      @Override
      public void close() {
        open.remove(number);
      }
    };
  }

  @Override
  public Session openForeign(Path graph) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String finishKey() {
    return "none";
  }

  @Override
  public void finish(Path built, Path finished) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Recording recording() {
    return Recording.OFF;
  }

  @Override
  public String description() {
    return "failing";
  }

  @Override
  public long maxTensorBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void close() {}
}
