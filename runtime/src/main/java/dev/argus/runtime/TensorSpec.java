package dev.argus.runtime;

import java.util.List;

/**
 * What a graph says about one of its inputs or outputs.
 *
 * @param type type of the elements
 * @param dimensions what it says about each dimension, outermost first
 */
public record TensorSpec(ElementType type, List<Dimension> dimensions) {

  /** One dimension of an input or output. */
  public sealed interface Dimension {}

  /** Always this long. */
  public record Fixed(long length) implements Dimension {}

  /** As long as the caller likes, and equally long wherever the graph repeats the name. */
  public record Named(String name) implements Dimension {}

  /** As long as the caller likes. */
  public record Any() implements Dimension {}
}
