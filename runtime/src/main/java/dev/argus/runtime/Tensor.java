package dev.argus.runtime;

import java.lang.foreign.MemorySegment;

/**
 * A dense tensor in a device's memory, row-major.
 *
 * <p>The contents are not guarded: who writes while another reads, or while a run uses the tensor,
 * gets a mixture. Everything else is thread-safe. Use after {@link #close} throws {@link
 * IllegalStateException}.
 */
public interface Tensor extends AutoCloseable {

  /** Type of the elements. */
  ElementType type();

  /** The dimensions. */
  Shape shape();

  /** Bytes of all elements. */
  default long bytes() {
    return shape().elements() * type().bytes();
  }

  /**
   * A view of consecutive rows along the outermost dimension: the same memory. A view is a tensor
   * of its own and is closed by who made it.
   *
   * @throws IllegalArgumentException if the rows are not all there, or {@code count} is below 1
   */
  Tensor rows(long from, long count);

  /**
   * A view of the first elements in a shape of the caller's: the same memory. A view is a tensor of
   * its own and is closed by who made it.
   *
   * @throws IllegalArgumentException if there are not so many elements
   */
  Tensor shaped(Shape view);

  /**
   * Copies elements into this tensor; {@link MemorySegment#ofArray} and {@link
   * MemorySegment#ofBuffer} make any array or buffer a source.
   *
   * @param source native byte order, at most as long as this tensor
   * @throws IllegalArgumentException if the source is too long or not a whole number of elements
   */
  void write(MemorySegment source);

  /**
   * Copies this tensor's first elements out.
   *
   * @param target filled whole; at most as long as this tensor
   * @throws IllegalArgumentException if the target is too long or not a whole number of elements
   */
  void read(MemorySegment target);

  /**
   * Copies elements of another tensor of the same device and type, or of this one, where they must
   * not overlap, into this tensor. They need not leave the device's memory.
   *
   * @param source where they come from
   * @param from index of the first element in the source, row-major
   * @param to index of its place in this tensor
   * @param count how many
   * @throws IllegalArgumentException if there are not so many elements in one of them, or the
   *     tensors differ in type or device
   */
  void copy(Tensor source, long from, long to, long count);

  /**
   * Ends the use of this tensor. Its memory is freed when its views are closed too and the last run
   * that uses it has ended. Idempotent.
   */
  @Override
  void close();
}
