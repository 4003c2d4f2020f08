package dev.argus.runtime;

import dev.argus.runtime.capi.HostAllocator;
import dev.argus.runtime.capi.Lifetime;
import dev.argus.runtime.capi.OrtEnv;
import dev.argus.runtime.capi.OrtSession;
import dev.argus.runtime.capi.OrtSessionOptions;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights of a session as ONNX Runtime has packed them, of which a file is kept beside the
 * graph so that processes share them.
 *
 * <p>Design note: ONNX Runtime packs weights in blocks anew for each session, into memory of its
 * own. It reserves that memory piece by piece, the same pieces each time: here they come from one
 * area of pages, one after another. When the session is open, the area is compared with the file,
 * and if all bytes are equal the file's pages take its place. What is packed for another processor,
 * or a damaged file, differs, and costs nothing but the memory. The area stays until the session
 * has given all pieces back.
 *
 * <p>Thread-safe.
 */
final class PackedWeights implements HostAllocator.Pieces {
  /** Smaller pieces are not worth pages of their own. */
  private static final long SMALLEST_PIECE = 1 << 16;

  private static final Logger LOG = LoggerFactory.getLogger(PackedWeights.class);

  private final MemorySegment area;
  private final Lifetime lifetime;
  private long used;

  private PackedWeights(long bytes) {
    area = Pages.map(bytes);
    lifetime = new Lifetime("the packed weights", this::unmap);
  }

  private void unmap() {
    HostAllocator.forget(this);
    Pages.unmap(area.address(), area.byteSize());
  }

  /** The file beside a graph. */
  static Path file(Path graph) {
    return graph.resolveSibling(
        graph.getFileName().toString().replaceFirst("\\.onnx$", "") + ".packed");
  }

  /** Whether a graph's packed weights were kept and can be shared. */
  static boolean areKept(Path graph) {
    return Pages.LINUX && Files.exists(file(graph));
  }

  /**
   * Opens a graph whose packed weights were kept.
   *
   * @throws dev.argus.runtime.capi.OrtFault if it cannot be loaded
   */
  static OrtSession open(OrtEnv env, Path graph, OrtSessionOptions options) {
    File file = file(graph).toFile();
    PackedWeights weights = new PackedWeights(Math.max(file.length(), Pages.SIZE));
    try {
      OrtSession session = weights.reserving(env, graph, options);
      weights.share(file.toPath());
      return session;
    } finally {
      weights.lifetime.close();
    }
  }

  /**
   * Keeps a graph's packed weights.
   *
   * @param most bytes that they may take
   * @throws dev.argus.runtime.capi.OrtFault if it cannot be loaded
   */
  static void keep(OrtEnv env, Path graph, OrtSessionOptions options, long most)
      throws IOException {
    PackedWeights weights = new PackedWeights(most);
    try (OrtSession _ = weights.reserving(env, graph, options);
        FileChannel file =
            FileChannel.open(
                file(graph), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer content = weights.content().asByteBuffer();
      while (content.hasRemaining()) {
        file.write(content);
      }
    } finally {
      weights.lifetime.close();
    }
  }

  private OrtSession reserving(OrtEnv env, Path graph, OrtSessionOptions options) {
    options.hostAllocator();
    return HostAllocator.open(env, this, () -> OrtSession.open(env, graph, options));
  }

  private void share(Path file) {
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment kept = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      if (kept.mismatch(content()) < 0) {
        Pages.replace(area, file);
      } else {
        LOG.warn("{} was packed otherwise than here: this process has a copy of its own", file);
      }
    } catch (IOException e) {
      LOG.warn("this process has a copy of its own of {}: {}", file, e.toString());
    }
  }

  private synchronized MemorySegment content() {
    return area.asSlice(0, used);
  }

  @Override
  public synchronized long reserve(long bytes) {
    long pages = (bytes + Pages.SIZE - 1) & -Pages.SIZE;
    if (bytes < SMALLEST_PIECE || pages > area.byteSize() - used) {
      return 0;
    }
    lifetime.acquire();
    long piece = area.address() + used;
    used += pages;
    return piece;
  }

  @Override
  public boolean holds(long address) {
    return address >= area.address() && address < area.address() + area.byteSize();
  }

  @Override
  public void free(long address) {
    lifetime.release();
  }
}
