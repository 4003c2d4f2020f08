package dev.argus.bench.simulate.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** A question about a picture, on its way. Times are in seconds of the virtual clock. */
public final class Request {
  private final Question question;
  private final double arrived;

  private final Map<Stage, Pod> pods = new EnumMap<>(Stage.class);

  private State state = State.UNDER_WAY;
  private double firstToken;
  private double ended;

  /** Of the encoder: tiles that are not in a run yet, and those that came out of one. */
  int tilesLeft;

  int tilesDone;

  /** Of the decoder: prompt tokens that may be read, and that were; tokens of the answer. */
  int readable;

  int read;
  int generated;
  double queuedAt;

  /** Whether an encoder has tiles of it. */
  boolean encoding;

  /** Seconds in which each stage was at work for it until its first token, by the wall. */
  double preprocessSeconds;

  double encodeSeconds;
  double prefillSeconds;

  /**
   * What is asked.
   *
   * @param picture equal for equal pictures
   * @param recurs whether others may show the same picture
   * @param outputTokens at least 1
   */
  public record Question(
      long picture,
      boolean recurs,
      double megapixels,
      int tiles,
      int promptTokens,
      int outputTokens) {}

  /** What has become of it. */
  enum State {
    UNDER_WAY,
    FINISHED,
    REFUSED
  }

  /**
   * @param arrived when it was sent
   */
  public Request(Question question, double arrived) {
    this.question = question;
    this.arrived = arrived;
    this.tilesLeft = question.tiles();
  }

  /** What is asked. */
  public Question question() {
    return question;
  }

  /** From when it was sent to its first token. */
  public double ttft() {
    return firstToken - arrived;
  }

  /** For each token after the first, on average; 0 where there is none. */
  public double tpot() {
    return question.outputTokens() > 1 ? (ended - firstToken) / (question.outputTokens() - 1) : 0;
  }

  /** From when it was sent to its end. */
  public double endToEnd() {
    return ended - arrived;
  }

  /** When it ended. */
  public double ended() {
    return ended;
  }

  /** Seconds in which a stage was at work for it until its first token. */
  public double busy(Stage stage) {
    return switch (stage) {
      case PREPROCESS -> preprocessSeconds;
      case ENCODER -> encodeSeconds;
      case DECODER -> prefillSeconds;
    };
  }

  /** Whether it was answered, and not refused. */
  public boolean isFinished() {
    return state == State.FINISHED;
  }

  boolean isUnderWay() {
    return state == State.UNDER_WAY;
  }

  void place(Stage stage, Pod pod) {
    pods.put(stage, pod);
  }

  /** Where a stage of it is; it must have a place there. */
  Pod pod(Stage stage) {
    return Objects.requireNonNull(pods.get(stage));
  }

  /** Leaves all its places. */
  void leave() {
    pods.forEach((stage, pod) -> pod.station(stage).drop(this));
  }

  boolean promptRead() {
    return read == question.promptTokens();
  }

  void firstToken(double now) {
    firstToken = now;
    generated = 1;
  }

  boolean answered() {
    return generated == question.outputTokens();
  }

  void end(State newState, double now) {
    state = newState;
    ended = now;
  }
}
