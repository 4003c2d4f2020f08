package dev.argus.runtime;

import dev.argus.base.failure.ModelFault;
import dev.argus.runtime.capi.Lifetime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A tensor in a device's memory, outside the heap.
 *
 * <p>A view is a user of the tensor it was made from, which keeps the memory until the last view
 * has gone. ONNX Runtime does not know the tensor: a binding makes what it needs.
 */
final class MemoryTensor implements Tensor {
  private final Memory memory;
  private final ElementType type;
  private final Shape shape;
  private final MemorySegment data;
  private final Lifetime lifetime;

  /**
   * @param free what to do with the data after this tensor's last use
   */
  private MemoryTensor(
      Memory memory, ElementType type, Shape shape, MemorySegment data, Runnable free) {
    this.memory = memory;
    this.type = type;
    this.shape = shape;
    this.data = data;
    this.lifetime = new Lifetime("the tensor", free);
  }

  /** A new tensor of zeros. */
  static MemoryTensor allocate(Memory memory, ElementType type, Shape shape) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment data = memory.allocate(shape.elements() * type.bytes(), arena);
      return new MemoryTensor(memory, type, shape, data, arena::close);
    } catch (OutOfMemoryError e) {
      arena.close();
      throw new ModelFault("no memory for %s %s".formatted(type, shape), e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
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
    MemorySegment part = data.asSlice(offset, view.elements() * type.bytes());
    lifetime.acquire();
    return new MemoryTensor(memory, type, view, part, lifetime::release);
  }

  @Override
  public void write(MemorySegment source) {
    requireFits(source);
    try (var _ = lifetime.hold()) {
      memory.write(source, data, source.byteSize());
    }
  }

  @Override
  public void read(MemorySegment target) {
    requireFits(target);
    try (var _ = lifetime.hold()) {
      memory.read(data, target, target.byteSize());
    }
  }

  private void requireFits(MemorySegment elements) {
    long bytes = elements.byteSize();
    if (bytes > data.byteSize() || bytes % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "%d bytes do not fit a tensor %s %s".formatted(bytes, type, shape));
    }
  }

  @Override
  public void copy(Tensor source, long from, long to, long count) {
    if (!(source instanceof MemoryTensor other)
        || other.type != type
        || !other.memory.equals(memory)) {
      throw new IllegalArgumentException(
          "%s elements come from a tensor of the same device, not %s".formatted(type, source));
    }
    requireInside(other.shape, from, count);
    requireInside(shape, to, count);
    try (var _ = other.lifetime.hold();
        var _ = lifetime.hold()) {
      memory.copy(other.elements(from, count), elements(to, count));
    }
  }

  private MemorySegment elements(long first, long count) {
    return data.asSlice(first * type.bytes(), count * type.bytes());
  }

  private static void requireInside(Shape shape, long first, long count) {
    if (first < 0 || count < 0 || first > shape.elements() - count) {
      throw new IllegalArgumentException(
          "elements %d to %d are not all in %s".formatted(first, first + count, shape));
    }
  }

  /** Where the elements are; valid while {@link #lifetime} is held. */
  MemorySegment data() {
    return data;
  }

  /** The memory that they are in. */
  Memory memory() {
    return memory;
  }

  /** How long they are there. */
  Lifetime lifetime() {
    return lifetime;
  }

  @Override
  public void close() {
    lifetime.close();
  }
}
