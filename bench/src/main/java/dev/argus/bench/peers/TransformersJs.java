package dev.argus.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.argus.bench.measure.LineProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * transformers.js on onnxruntime-node: {@code bench/peers/transformers.js}, a process that is told
 * what to do line by line. It answers one question at a time.
 */
final class TransformersJs implements Peer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LineProcess process;
  private final String label;

  private TransformersJs(LineProcess process) throws IOException {
    this.process = process;
    this.label = JSON.readTree(process.greeting()).path("name").asText();
  }

  /**
   * Starts it and waits until it has its model.
   *
   * @param node the command of Node.js
   * @param program the folder of the program, its packages installed
   * @param export the model, as {@link dev.argus.checkpoint.export.HubExport} writes it
   * @throws IOException if it cannot be started, or ends instead
   */
  static TransformersJs start(String node, Path program, Path export, int threads)
      throws IOException {
    return new TransformersJs(
        LineProcess.start(
            Redirect.INHERIT,
            node,
            program.resolve("peer.js").toString(),
            export.toString(),
            Integer.toString(threads)));
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Reply answer(Path picture, int tokens) {
    long start = System.nanoTime();
    write(question("answer", picture).put("tokens", tokens));
    return readAnswer(start);
  }

  @Override
  public List<Reply> together(List<Path> pictures, int tokens) {
    long start = System.nanoTime();
    pictures.forEach(picture -> write(question("answer", picture).put("tokens", tokens)));
    List<Reply> replies = new ArrayList<>();
    pictures.forEach(_ -> replies.add(readAnswer(start)));
    return replies;
  }

  /**
   * What the models are given.
   *
   * @param scratch a file that it may write
   */
  Inputs prepare(Path picture, Path scratch) {
    write(question("prepare", picture).put("pixels", scratch.toString()));
    try {
      JsonNode answer = read();
      int[] ids = new int[answer.path("ids").size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = answer.path("ids").get(i).asInt();
      }
      FloatBuffer stored =
          ByteBuffer.wrap(Files.readAllBytes(scratch))
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer();
      float[] pixels = new float[stored.remaining()];
      stored.get(pixels);
      return new Inputs(ids, pixels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode question(String what, Path picture) {
    return JSON.createObjectNode()
        .put("do", what)
        .put("picture", picture.toAbsolutePath().toString())
        .put("text", QUESTION);
  }

  private void write(ObjectNode request) {
    process.send(request.toString());
  }

  private Reply readAnswer(long startNanos) {
    Reply.Stopwatch stopwatch = new Reply.Stopwatch(startNanos);
    try {
      for (JsonNode line = read(); line.has("token"); line = read()) {
        stopwatch.take(List.of(line.path("token").asInt()));
      }
      return stopwatch.reply();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode read() throws IOException {
    return JSON.readTree(process.receive());
  }

  @Override
  public void close() {
    process.close();
  }
}
