package dev.argus.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A device as people name it: {@code cpu}, {@code cuda:0} (or {@code cuda}), or {@code auto}. */
public sealed interface DeviceName {

  /** The processor. */
  record Cpu() implements DeviceName {
    @Override
    public String toString() {
      return "cpu";
    }
  }

  /**
   * A GPU of NVIDIA's.
   *
   * @param index 0 or more, as CUDA counts them
   */
  record Cuda(int index) implements DeviceName {
    public Cuda {
      if (index < 0) {
        throw new IllegalArgumentException("GPUs are counted from 0, not " + index);
      }
    }

    @Override
    public String toString() {
      return "cuda:" + index;
    }
  }

  /** The first GPU, or the processor where none can be used. */
  record Auto() implements DeviceName {
    @Override
    public String toString() {
      return "auto";
    }
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException if it is none
   */
  static DeviceName parse(String name) {
    Matcher cuda = Pattern.compile("cuda(?::(\\d{1,4}))?").matcher(name);
    if (cuda.matches()) {
      String index = cuda.group(1);
      return new Cuda(index == null ? 0 : Integer.parseInt(index));
    }
    return switch (name) {
      case "cpu" -> new Cpu();
      case "auto" -> new Auto();
      default ->
          throw new IllegalArgumentException(
              "a device is cpu, cuda:N (N counts GPUs from 0) or auto, not '%s'".formatted(name));
    };
  }
}
