package dev.argus.checkpoint.weights;

import dev.argus.base.failure.ModelFault;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One safetensors file: eight bytes with the header's length, little-endian, the header in JSON,
 * then the tensors' elements without gaps (https://github.com/huggingface/safetensors).
 */
final class SafetensorsFile {
  /** The format's own limit. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SafetensorsFile() {}

  /**
   * Maps a file.
   *
   * @param arena what keeps the mapping alive
   * @return the file's tensors by name
   * @throws ModelFault if the header is wrong or does not describe exactly the bytes that follow it
   */
  static SortedMap<String, StoredTensor> map(Path file, Arena arena) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long headerBytes = headerBytes(file, mapped);
      byte[] header = mapped.asSlice(Long.BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE);
      return tensors(file, header, mapped.asSlice(Long.BYTES + headerBytes));
    }
  }

  private static long headerBytes(Path file, MemorySegment mapped) {
    if (mapped.byteSize() < Long.BYTES) {
      throw new ModelFault(file + " is too short for a safetensors file", null);
    }
    long bytes = mapped.get(LENGTH, 0);
    if (bytes < 2 || bytes > MAX_HEADER_BYTES || bytes > mapped.byteSize() - Long.BYTES) {
      throw new ModelFault(
          "%s says its header is %s bytes; the file has %d and the format allows %d"
              .formatted(file, Long.toUnsignedString(bytes), mapped.byteSize(), MAX_HEADER_BYTES),
          null);
    }
    return bytes;
  }

  private static SortedMap<String, StoredTensor> tensors(
      Path file, byte[] header, MemorySegment data) {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    long end = 0;
    for (SafetensorsHeader.Entry entry : SafetensorsHeader.parse(file, header)) {
      if (entry.begin() != end) {
        throw new ModelFault(
            "%s: tensor %s begins at byte %d of the data, but the one before it ends at %d"
                .formatted(file, entry.info().name(), entry.begin(), end),
            null);
      }
      end = entry.end();
      if (end > data.byteSize()) {
        throw new ModelFault(
            "%s is truncated: tensor %s ends at byte %d of the data, which has %d"
                .formatted(file, entry.info().name(), end, data.byteSize()),
            null);
      }
      MemorySegment elements = data.asSlice(entry.begin(), end - entry.begin());
      tensors.put(entry.info().name(), new StoredTensor(entry.info(), elements));
    }
    if (end != data.byteSize()) {
      throw new ModelFault(
          "%s has %d bytes after its last tensor".formatted(file, data.byteSize() - end), null);
    }
    return tensors;
  }
}
