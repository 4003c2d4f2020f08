package dev.argus.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.argus.runtime.capi.OrtEnv;
import dev.argus.runtime.capi.OrtFault;
import dev.argus.runtime.capi.OrtSessionOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a graph as ONNX Runtime has optimised it for this processor, with its weights as they are
 * packed for the processor's matrix instructions.
 *
 * <p>Design note: without this, each session packs the weights into memory of its own when it is
 * opened. Packed weights in the data file are mapped instead: processes share them, and the system
 * can drop them from memory without writing them anywhere. ONNX Runtime packs all the same, one
 * weight at a time, to compare a digest of the outcome with the file's: so that opening takes half
 * the time and not none, and a file that another processor packed is never used. The data file
 * holds each weight twice.
 *
 * <p>Saving takes as much memory as the packed weights, which is why a limit is needed: above it a
 * graph stays as it was built. So does one whose weights are in blocks, which ONNX Runtime cannot
 * save; how it packs them is kept beside it ({@link PackedWeights}).
 *
 * @param threads of the sessions that will open it
 * @param maxDataBytes most bytes of a graph's files; a larger one is not touched
 */
record CpuFinish(OrtRuntime runtime, int threads, long maxDataBytes) {
  /**
   * What building may take, 1 GiB above a tensor and a half, less what the process takes itself.
   */
  static final long MAX_DATA_BYTES = 768L << 20;

  /** To be raised when the outcome changes. */
  private static final int REVISION = 2;

  private static final Logger LOG = LoggerFactory.getLogger(CpuFinish.class);

  /** Packed weights take less than this many times the bytes of the graph's files. */
  private static final int MOST_PACKED = 2;

  /** Smaller weights are kept in the graph's own file. */
  private static final String MIN_EXTERNAL_BYTES = "1024";

  /** ONNX Runtime's version, the processor's kind, and how this class goes about it. */
  String key() {
    return "ort%s-%s-%d"
        .formatted(runtime.environment().getVersion(), CpuKind.ofThisMachine(), REVISION);
  }

  /** As {@link Device#finish} says. */
  void finish(Path built, Path finished) throws IOException {
    long bytes = bytes(built);
    boolean small = bytes <= maxDataBytes;
    boolean blocks = multipliesBlocks(built);
    if (small && !blocks && save(built, finished)) {
      return;
    }
    GraphFiles.move(built, finished);
    if (small && blocks && Pages.LINUX) {
      keepPacked(finished, MOST_PACKED * bytes);
    }
  }

  private void keepPacked(Path graph, long most) throws IOException {
    try (OrtEnv env = runtime.join();
        OrtSessionOptions options = runtime.nativeSessionOptions(threads)) {
      PackedWeights.keep(env, graph, options, most);
    } catch (OrtFault e) {
      LOG.warn("{}'s packed weights are not kept: {}", graph.getFileName(), e.getMessage());
    }
  }

  /**
   * Whether the graph has weights in blocks: what ONNX Runtime saves of {@code MatMulNBits} lacks
   * what it keeps beside the packed weights, and computes nothing sensible when it is opened.
   */
  private static boolean multipliesBlocks(Path graph) throws IOException {
    return Files.readString(graph, StandardCharsets.ISO_8859_1).contains("MatMulNBits");
  }

  /** Returns whether that could be done. */
  private boolean save(Path built, Path finished) throws IOException {
    try {
      trySave(built, finished);
      return true;
    } catch (OrtException e) {
      LOG.warn("{} is used as it was built: {}", built.getFileName(), e.getMessage());
      Files.deleteIfExists(finished);
      Files.deleteIfExists(finished.resolveSibling(dataName(finished)));
      return false;
    }
  }

  private void trySave(Path built, Path finished) throws OrtException {
    try (OrtSession.SessionOptions options = runtime.sessionOptions(threads)) {
      options.setOptimizedModelFilePath(finished.toString());
      options.addConfigEntry("session.save_external_prepacked_constant_initializers", "1");
      options.addConfigEntry(
          "session.optimized_model_external_initializers_file_name", dataName(finished));
      options.addConfigEntry(
          "session.optimized_model_external_initializers_min_size_in_bytes", MIN_EXTERNAL_BYTES);
      runtime.environment().createSession(built.toString(), options).close();
    }
    requireOpens(finished);
  }

  private void requireOpens(Path finished) throws OrtException {
    try (OrtSession.SessionOptions options = runtime.sessionOptions(threads)) {
      runtime.environment().createSession(finished.toString(), options).close();
    }
  }

  private static String dataName(Path graph) {
    return graph.getFileName().toString().replaceFirst("\\.onnx$", "") + ".data";
  }

  private static long bytes(Path graph) throws IOException {
    long bytes = 0;
    for (Path file : GraphFiles.of(graph)) {
      bytes += Files.size(file);
    }
    return bytes;
  }
}
