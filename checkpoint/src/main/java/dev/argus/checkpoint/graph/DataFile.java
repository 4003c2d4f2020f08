package dev.argus.checkpoint.graph;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/**
 * ONNX external data being written: each tensor at a multiple of {@link #ALIGNMENT}, so that ONNX
 * Runtime maps it straight from the file. Used by one thread.
 */
final class DataFile implements ByteSink, AutoCloseable {
  /** A memory page. */
  static final long ALIGNMENT = 4096;

  private static final int BUFFER_BYTES = 1 << 20;

  private final FileChannel channel;
  private final LongConsumer progress;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private long flushed;

  /**
   * @param progress told the file's length whenever it has grown
   */
  DataFile(Path file, LongConsumer progress) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    this.progress = progress;
  }

  /** The place that follows {@code end} in which a tensor may begin. */
  static long align(long end) {
    return (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Fills up with zeros to the next place in which a tensor may begin, and says where that is. */
  long align() throws IOException {
    long aligned = align(position());
    while (position() < aligned) {
      requireRoom(1);
      buffer.put((byte) 0);
    }
    return aligned;
  }

  /** Bytes written so far. */
  long position() {
    return flushed + buffer.position();
  }

  @Override
  public void put(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      requireRoom(1);
      int now = Math.min(bytes.remaining(), buffer.remaining());
      buffer.put(buffer.position(), bytes, bytes.position(), now);
      buffer.position(buffer.position() + now);
      bytes.position(bytes.position() + now);
    }
  }

  private void requireRoom(int bytes) throws IOException {
    if (buffer.remaining() < bytes) {
      flush();
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      flushed += channel.write(buffer);
    }
    buffer.clear();
    progress.accept(flushed);
  }

  /** Writes what is left and waits until the disk has it all. */
  void finish() throws IOException {
    flush();
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
