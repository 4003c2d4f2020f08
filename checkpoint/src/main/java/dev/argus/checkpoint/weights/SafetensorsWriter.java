package dev.argus.checkpoint.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A safetensors file being written: the header at once, then the elements of one tensor after
 * another, so that a model is never in memory as a whole.
 *
 * <p>The same tensors give the same bytes: tensors lie in the order of their names, as Hugging
 * Face's own writer puts tensors of one type, and the header is filled up with spaces so that the
 * data begins at a multiple of eight. Used by one thread.
 */
public final class SafetensorsWriter implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final long length;

  /**
   * Creates the file and writes its header.
   *
   * @param tensors what will be written, in the order of their names
   * @throws IllegalArgumentException if they are in another order, or a name is there twice
   * @throws IOException if the file is there already, or cannot be written
   */
  public SafetensorsWriter(Path file, List<TensorInfo> tensors) throws IOException {
    ByteBuffer header = SafetensorsHeader.encode(tensors);
    this.file = file;
    this.length =
        header.remaining()
            + tensors.stream().mapToLong(TensorInfo::bytes).reduce(0, Math::addExact);
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    write(header);
  }

  /**
   * Writes the next elements, encoded as their tensor's type says.
   *
   * @param elements little-endian; read up to its limit
   */
  public void write(ByteBuffer elements) throws IOException {
    while (elements.hasRemaining()) {
      channel.write(elements);
    }
  }

  /**
   * Ends the file and waits until the disk has it.
   *
   * @throws IllegalStateException if more or fewer elements were written than the header says
   */
  public void finish() throws IOException {
    if (channel.position() != length) {
      throw new IllegalStateException(
          "%s has %d bytes, not the %d of its header".formatted(file, channel.position(), length));
    }
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
