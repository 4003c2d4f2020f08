package dev.argus.decoder.engine;

import dev.argus.checkpoint.config.TextConfig;
import dev.argus.runtime.Device;

/**
 * The tensors of prompts' chunks, kept from one chunk to the next: memory that a GPU frees waits
 * for all that the GPU is doing, for others too.
 *
 * <p>Not thread-safe.
 */
final class ChunkTensors implements AutoCloseable {
  private final Device device;
  private final TextConfig config;
  private int tokens = 1;
  private int visualRows = 1;

  /** For as many tokens and visual tokens as any chunk so far. */
  private StepTensors longest;

  ChunkTensors(Device device, TextConfig config) {
    this.device = device;
    this.config = config;
    this.longest = StepTensors.allocate(device, config, 1, tokens, visualRows);
  }

  /**
   * The tensors of a chunk, to be closed before the next one's are asked for.
   *
   * @param chunkTokens its tokens; at least 1
   * @param chunkVisualRows rows of visual tokens; at least 1, as the graph wants
   */
  StepTensors of(int chunkTokens, int chunkVisualRows) {
    if (chunkTokens > tokens || chunkVisualRows > visualRows) {
      int mostTokens = Math.max(tokens, chunkTokens);
      int mostVisualRows = Math.max(visualRows, chunkVisualRows);
      StepTensors longer = StepTensors.allocate(device, config, 1, mostTokens, mostVisualRows);
      longest.close();
      longest = longer;
      tokens = mostTokens;
      visualRows = mostVisualRows;
    }
    return longest.chunk(chunkTokens, chunkVisualRows);
  }

  @Override
  public void close() {
    longest.close();
  }
}
