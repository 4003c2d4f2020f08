package dev.argus.runtime;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device as people name it: {@code cpu}, {@code cuda:0} (or {@code cuda}), {@code cuda:0@8GB}, or
 * {@code auto}.
 */
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
   * @param mebibytes the most of its memory that each graph may take, for its weights and its runs,
   *     tensors of the caller's such as a KV cache not counted; 1 or more. Empty: all there is
   */
  record Cuda(int index, OptionalInt mebibytes) implements DeviceName {
    public Cuda {
      if (index < 0) {
        throw new IllegalArgumentException("GPUs are counted from 0, not " + index);
      }
      if (mebibytes.orElse(1) < 1) {
        throw new IllegalArgumentException("a graph takes memory of a GPU: 1MB or more");
      }
    }

    /** All of its memory. */
    public Cuda(int index) {
      this(index, OptionalInt.empty());
    }

    @Override
    public String toString() {
      String limit = mebibytes.isPresent() ? "@%dMB".formatted(mebibytes.getAsInt()) : "";
      return "cuda:" + index + limit;
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
    Matcher cuda =
        Pattern.compile("cuda(?::(?<index>\\d{1,4}))?(?:@(?<size>\\d{1,6})(?<unit>[MG])B)?")
            .matcher(name);
    if (cuda.matches()) {
      String index = cuda.group("index");
      return new Cuda(index == null ? 0 : Integer.parseInt(index), mebibytes(cuda));
    }
    return switch (name) {
      case "cpu" -> new Cpu();
      case "auto" -> new Auto();
      default ->
          throw new IllegalArgumentException(
              "a device is cpu, cuda:N (N counts GPUs from 0), cuda:N@8GB (at most so much of its memory for a graph) or auto, not '%s'"
                  .formatted(name));
    };
  }

  private static OptionalInt mebibytes(Matcher cuda) {
    String size = cuda.group("size");
    if (size == null) {
      return OptionalInt.empty();
    }
    int perUnit = cuda.group("unit").equals("G") ? 1024 : 1;
    return OptionalInt.of(Integer.parseInt(size) * perUnit);
  }
}
