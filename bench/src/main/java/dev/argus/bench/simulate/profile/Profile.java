package dev.argus.bench.simulate.profile;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How long each stage takes, on which pods, for which questions.
 *
 * @param source where the times are from, for people
 * @param hopsMs that a request spends between stages and in the gateway until its first token
 * @param routing how replicas are chosen
 * @param targets what autoscaling on load keeps
 * @param goodput what makes an answer good enough, in the words of {@code bench serve --goodput}
 */
public record Profile(
    String source,
    Preprocessing preprocessing,
    Encoding encoding,
    Decoding decoding,
    double hopsMs,
    Routing routing,
    Targets targets,
    Pods pods,
    Questions questions,
    List<String> goodput) {

  /** The names of those that come along. */
  public static final List<String> SHIPPED = List.of("smolvlm-256m-cpu", "smolvlm-256m-h100");

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  public Profile {
    require(hopsMs >= 0, "hopsMs must be 0 or more");
    goodput = List.copyOf(goodput);
  }

  /**
   * Reads one.
   *
   * @param nameOrFile one of {@link #SHIPPED}, or a JSON file
   * @throws IOException if there is none, or it is wrong: it says where
   */
  public static Profile read(String nameOrFile) throws IOException {
    if (SHIPPED.contains(nameOrFile)) {
      try (InputStream json = Profile.class.getResourceAsStream(nameOrFile + ".json")) {
        return JSON.readValue(json, Profile.class);
      }
    }
    Path file = Path.of(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "no profile '%s': it is none of %s, and no file".formatted(nameOrFile, SHIPPED));
    }
    try {
      return JSON.readValue(Files.readString(file), Profile.class);
    } catch (JsonMappingException e) {
      throw new IOException(
          "%s: %s".formatted(file, e.getOriginalMessage() + " " + e.getPathReference()), e);
    }
  }

  /** The same with other questions. */
  public Profile asked(Questions newQuestions) {
    return new Profile(
        source,
        preprocessing,
        encoding,
        decoding,
        hopsMs,
        routing,
        targets,
        pods,
        newQuestions,
        goodput);
  }

  /** The same with replicas chosen otherwise. */
  public Profile routedBy(Routing newRouting) {
    return new Profile(
        source,
        preprocessing,
        encoding,
        decoding,
        hopsMs,
        newRouting,
        targets,
        pods,
        questions,
        goodput);
  }

  /** The same on other pods. */
  public Profile on(Pods newPods) {
    return new Profile(
        source,
        preprocessing,
        encoding,
        decoding,
        hopsMs,
        routing,
        targets,
        newPods,
        questions,
        goodput);
  }

  /** The same with other times. */
  public Profile taking(
      Preprocessing newPreprocessing,
      Encoding newEncoding,
      Decoding newDecoding,
      double newHopsMs) {
    return new Profile(
        source,
        newPreprocessing,
        newEncoding,
        newDecoding,
        newHopsMs,
        routing,
        targets,
        pods,
        questions,
        goodput);
  }

  static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
