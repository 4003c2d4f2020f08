package dev.argus.bench.simulate.model;

import dev.argus.bench.simulate.profile.PodShape;
import dev.argus.bench.simulate.profile.Profile;
import dev.argus.bench.simulate.time.Calendar;
import dev.argus.bench.simulate.time.Processor;
import java.util.List;

/**
 * A replica: its processors, and the stages that run on them. It can do the work of all three; a
 * pod of one stage is asked for that one's alone.
 */
public final class Pod {
  private final long name;
  private final Calendar calendar;
  private final List<Processor> processors;
  private final PreprocessStation preprocess;
  private final EncoderStation encoder;
  private final DecoderStation decoder;
  private final double[] busyWhenAsked = new double[2];
  private double asked;

  /** Hears what a pod has done. */
  interface Listener extends DecoderStation.Listener {
    void cut(Request request);

    void encoded(Request request);
  }

  /**
   * @param name differs from that of all other pods
   * @param longestStretch most decode steps that are taken as one
   */
  Pod(
      long name,
      Calendar calendar,
      PodShape shape,
      Profile profile,
      int longestStretch,
      Listener listener) {
    this.name = name;
    this.calendar = calendar;
    this.asked = calendar.now();
    Processor cpus = new Processor(calendar, shape.cpus());
    Processor models = shape.gpus() == 0 ? cpus : new Processor(calendar, shape.gpus());
    processors = shape.gpus() == 0 ? List.of(cpus) : List.of(cpus, models);
    preprocess = new PreprocessStation(calendar, cpus, profile.preprocessing(), listener::cut);
    encoder = new EncoderStation(calendar, models, profile.encoding(), listener::encoded);
    decoder = new DecoderStation(calendar, models, profile.decoding(), longestStretch, listener);
  }

  long name() {
    return name;
  }

  Station station(Stage stage) {
    return switch (stage) {
      case PREPROCESS -> preprocess;
      case ENCODER -> encoder;
      case DECODER -> decoder;
    };
  }

  PreprocessStation preprocess() {
    return preprocess;
  }

  EncoderStation encoder() {
    return encoder;
  }

  DecoderStation decoder() {
    return decoder;
  }

  /** Requests at all its stages. */
  int calls() {
    return preprocess.calls() + encoder.calls() + decoder.calls();
  }

  /** Requests with work for a stage, which waits or is in progress. */
  public int load(Stage stage) {
    return station(stage).load();
  }

  /** What it did so far. */
  Usage usage() {
    Processor models = processors.getLast();
    return new Usage(models.busySeconds() / models.threads(), encoder.lookups(), encoder.hits());
  }

  /**
   * The part of its processors, or of its GPU where that is more, that was at work since this was
   * asked last, 0 to 1.
   */
  public double recentUtilisation() {
    double seconds = calendar.now() - asked;
    double highest = 0;
    for (int i = 0; i < processors.size(); i++) {
      double busy = processors.get(i).busySeconds() / processors.get(i).threads();
      highest = Math.max(highest, busy - busyWhenAsked[i]);
      busyWhenAsked[i] = busy;
    }
    asked = calendar.now();
    return seconds > 0 ? highest / seconds : 0;
  }
}
