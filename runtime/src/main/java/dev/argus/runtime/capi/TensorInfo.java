package dev.argus.runtime.capi;

import static dev.argus.runtime.capi.OrtApi.ENUM;
import static dev.argus.runtime.capi.OrtApi.POINTER;
import static dev.argus.runtime.capi.OrtApi.SIZE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * What ONNX Runtime says about a tensor, or about an input or output of a graph.
 *
 * @param type {@code ONNXTensorElementDataType}
 * @param dimensions lengths, outermost first; -1 where any will do
 * @param names names of the dimensions; empty where one has none
 */
public record TensorInfo(int type, List<Long> dimensions, List<String> names) {
  private static final MethodHandle GET_TYPE = OrtApi.status(60, POINTER, POINTER);
  private static final MethodHandle GET_RANK = OrtApi.status(61, POINTER, POINTER);
  private static final MethodHandle GET_DIMENSIONS = OrtApi.status(62, POINTER, POINTER, SIZE);
  private static final MethodHandle GET_NAMES = OrtApi.status(63, POINTER, POINTER, SIZE);

  public TensorInfo {
    dimensions = List.copyOf(dimensions);
    names = List.copyOf(names);
  }

  /** Reads an {@code OrtTensorTypeAndShapeInfo}. */
  static TensorInfo read(MemorySegment info) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment type = arena.allocate(ENUM);
      OrtApi.call(() -> (MemorySegment) GET_TYPE.invokeExact(info, type));
      MemorySegment rank = arena.allocate(SIZE);
      OrtApi.call(() -> (MemorySegment) GET_RANK.invokeExact(info, rank));
      long count = rank.get(SIZE, 0);
      MemorySegment lengths = arena.allocate(SIZE, count);
      OrtApi.call(() -> (MemorySegment) GET_DIMENSIONS.invokeExact(info, lengths, count));
      MemorySegment names = arena.allocate(POINTER, count);
      OrtApi.call(() -> (MemorySegment) GET_NAMES.invokeExact(info, names, count));
      List<Long> dimensions = new ArrayList<>();
      List<String> words = new ArrayList<>();
      for (long axis = 0; axis < count; axis++) {
        dimensions.add(lengths.getAtIndex(SIZE, axis));
        words.add(NativeText.at(names.getAtIndex(POINTER, axis)));
      }
      return new TensorInfo(type.get(ENUM, 0), dimensions, words);
    }
  }
}
