package dev.argus.decoder.engine;

import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.LanguageModel.VisualRows;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * A chunk's visual tokens, gathered: all rows one after another, and for each token of the chunk
 * the row that replaces its embedding, or -1.
 */
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
record VisualPlaces(List<VisualRows> pieces, long[] index, int rows) {

  /**
   * @throws IllegalArgumentException if a piece is no whole number of rows or lies outside the
   *     chunk
   */
  static VisualPlaces of(PrefillChunk chunk, int hiddenSize) {
    long[] index = new long[chunk.tokenIds().length];
    Arrays.fill(index, -1);
    int row = 0;
    for (VisualRows piece : chunk.visual()) {
      int count = piece.features().remaining() / (hiddenSize * Float.BYTES);
      boolean whole = piece.features().remaining() == count * hiddenSize * Float.BYTES;
      if (!whole || count == 0 || piece.offset() < 0 || piece.offset() > index.length - count) {
        throw new IllegalArgumentException(
            "%d bytes of visual tokens at %d do not fit a chunk of %d tokens of width %d"
                .formatted(piece.features().remaining(), piece.offset(), index.length, hiddenSize));
      }
      for (int i = 0; i < count; i++) {
        index[piece.offset() + i] = row++;
      }
    }
    return new VisualPlaces(chunk.visual(), index, row);
  }

  /**
   * Replaces embeddings.
   *
   * @param embeddings of the chunk, {@code [tokens, hidden]}
   */
  void writeTo(Tensor embeddings) {
    long rowBytes = embeddings.bytes() / embeddings.shape().dimension(0);
    for (VisualRows piece : pieces) {
      long count = piece.features().remaining() / rowBytes;
      try (Tensor target = embeddings.rows(piece.offset(), count)) {
        target.write(MemorySegment.ofBuffer(piece.features()));
      }
    }
  }

  /** Writes rows and index. */
  void write(StepTensors tensors) {
    tensors.visualIndex().write(MemorySegment.ofArray(index));
    long row = 0;
    long rowBytes = tensors.visualTokens().bytes() / tensors.visualTokens().shape().dimension(0);
    for (VisualRows piece : pieces) {
      long count = piece.features().remaining() / rowBytes;
      try (Tensor target = tensors.visualTokens().rows(row, count)) {
        target.write(MemorySegment.ofBuffer(piece.features()));
      }
      row += count;
    }
  }
}
