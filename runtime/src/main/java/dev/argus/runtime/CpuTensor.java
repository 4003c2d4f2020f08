package dev.argus.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.argus.base.failure.ModelFault;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * A tensor in the process's memory, outside the heap.
 *
 * <p>Each tensor, a view too, has a native OrtValue of its own. A view is a user of the tensor it
 * was made from, which keeps the memory until the last view has gone.
 */
final class CpuTensor implements Tensor {
  private final OrtEnvironment environment;
  private final ElementType type;
  private final Shape shape;
  private final MemorySegment memory;
  private final OnnxTensor value;
  private final Lifetime lifetime;

  /**
   * @param freeMemory what to do, after this tensor's last use, with the memory behind it
   */
  private CpuTensor(
      OrtEnvironment environment,
      ElementType type,
      Shape shape,
      MemorySegment memory,
      Runnable freeMemory) {
    OnnxTensor value = value(environment, type, shape, memory);
    this.environment = environment;
    this.type = type;
    this.shape = shape;
    this.memory = memory;
    this.value = value;
    this.lifetime =
        new Lifetime(
            "the tensor",
            () -> {
              value.close();
              freeMemory.run();
            });
  }

  /** A new tensor of zeros. */
  static CpuTensor allocate(OrtEnvironment environment, ElementType type, Shape shape) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment memory = HostMemory.allocate(shape.elements() * type.bytes(), arena);
      return new CpuTensor(environment, type, shape, memory, arena::close);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new ModelFault("no memory for %s %s".formatted(type, shape), e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static OnnxTensor value(
      OrtEnvironment environment, ElementType type, Shape shape, MemorySegment memory) {
    try {
      return OnnxTensor.createTensor(
          environment,
          memory.asByteBuffer().order(ByteOrder.nativeOrder()),
          shape.toArray(),
          javaType(type));
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
  public ElementType type() {
    return type;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Tensor rows(long from, long count) {
    Shape view = shape.withRows(count);
    if (from < 0 || from > shape.dimension(0) - count) {
      throw new IllegalArgumentException(
          "rows %d to %d are not all in %s".formatted(from, from + count, shape));
    }
    long rowBytes = bytes() / shape.dimension(0);
    return view(view, from * rowBytes);
  }

  @Override
  public Tensor shaped(Shape view) {
    if (view.elements() > shape.elements()) {
      throw new IllegalArgumentException(
          "%s has more elements than there are in %s".formatted(view, shape));
    }
    return view(view, 0);
  }

  private Tensor view(Shape view, long offset) {
    MemorySegment part = memory.asSlice(offset, view.elements() * type.bytes());
    lifetime.acquire();
    try {
      return new CpuTensor(environment, type, view, part, lifetime::release);
    } catch (RuntimeException e) {
      lifetime.release();
      throw e;
    }
  }

  @Override
  public void write(MemorySegment source) {
    copy(source, memory, source.byteSize());
  }

  @Override
  public void read(MemorySegment target) {
    copy(memory, target, target.byteSize());
  }

  @Override
  public void copy(Tensor source, long from, long to, long count) {
    if (!(source instanceof CpuTensor other) || other.type != type) {
      throw new IllegalArgumentException(
          "%s elements come from a tensor of the same device, not %s".formatted(type, source));
    }
    requireInside(other.shape, from, count);
    requireInside(shape, to, count);
    other.lifetime.acquire();
    try {
      lifetime.acquire();
      try {
        long width = type.bytes();
        MemorySegment.copy(other.memory, from * width, memory, to * width, count * width);
      } finally {
        lifetime.release();
      }
    } finally {
      other.lifetime.release();
    }
  }

  private static void requireInside(Shape shape, long first, long count) {
    if (first < 0 || count < 0 || first > shape.elements() - count) {
      throw new IllegalArgumentException(
          "elements %d to %d are not all in %s".formatted(first, first + count, shape));
    }
  }

  private void copy(MemorySegment source, MemorySegment target, long bytes) {
    if (bytes > memory.byteSize() || bytes % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "%d bytes do not fit a tensor %s %s".formatted(bytes, type, shape));
    }
    lifetime.acquire();
    try {
      MemorySegment.copy(source, 0, target, 0, bytes);
    } finally {
      lifetime.release();
    }
  }

  /** The native value; valid while {@link #lifetime} is held. */
  OnnxTensor value() {
    return value;
  }

  /** How long the value lives. */
  Lifetime lifetime() {
    return lifetime;
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
