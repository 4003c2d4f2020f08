package dev.argus.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * transformers.js on onnxruntime-node: {@code bench/peers/transformers.js}, a process that is told
 * what to do line by line. It answers one question at a time.
 */
final class TransformersJs implements Peer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CLOSE_SECONDS = 5;

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final String label;

  private TransformersJs(Process process) throws IOException {
    this.process = process;
    this.requests = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.label = read().path("name").asText();
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
    Process process =
        new ProcessBuilder(
                node,
                program.resolve("peer.js").toString(),
                export.toString(),
                Integer.toString(threads))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      return new TransformersJs(process);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
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
    try {
      requests.write(JSON.writeValueAsString(request) + "\n");
      requests.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the transformers.js process ended; why is above");
    }
    return JSON.readTree(line);
  }

  @Override
  public void close() {
    try {
      requests.close();
      if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
