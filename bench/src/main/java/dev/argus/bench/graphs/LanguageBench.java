package dev.argus.bench.graphs;

import dev.argus.bench.measure.ForeignLoad;
import dev.argus.bench.measure.Samples;
import dev.argus.bench.measure.Turns;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.decoder.core.LanguageModel.DecodeToken;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Measures language models: reading a prompt at once, and decoding from a context on.
 *
 * @param models the contenders; Argus's own with as many slots as the largest batch
 * @param work what they are given
 * @param features of one tile
 */
record LanguageBench(List<Opened<LanguageModel>> models, Workload work, ByteBuffer features) {

  /** Reads the prompt by each in turns. */
  Section prefill(Turns turns) {
    Map<Opened<LanguageModel>, float[]> results = new LinkedHashMap<>();
    ForeignLoad load = ForeignLoad.watch();
    Map<Opened<LanguageModel>, Samples> samples =
        turns.measure(
            models,
            1,
            model -> {
              float[] logits = new float[work.vocabularySize()];
              model.model().prefill(work.prompt(0, features), logits);
              results.put(model, logits);
            });
    String title = "Prefill %d tokens".formatted(work.promptTokens());
    return Comparison.section(title, Targets.PREFILL, samples, results, load);
  }

  /** Decodes by each in turns, each step one position further. */
  Section decode(Turns turns, int steps) {
    models.forEach(model -> fill(model, 0));
    Map<Opened<LanguageModel>, float[]> first = new LinkedHashMap<>();
    Map<Opened<LanguageModel>, Integer> positions = new LinkedHashMap<>();
    ForeignLoad load = ForeignLoad.watch();
    Map<Opened<LanguageModel>, Samples> samples =
        turns.measure(
            models,
            steps,
            model -> {
              int position = positions.merge(model, work.context(), (last, _) -> last + 1);
              float[][] logits = step(model, 1, position);
              first.putIfAbsent(model, logits[0]);
            });
    String title =
        "Decode one token, context %d to %d"
            .formatted(work.context(), work.context() + turns.each() * steps);
    return Comparison.section(title, Targets.DECODE, samples, first, load);
  }

  /**
   * What a greedy step exchanges with the device, where decoding has come to and where it begins.
   *
   * @param bytes exchanged so far
   * @param last position after those that {@link #decode} decoded
   */
  List<StepBytes> stepBytes(LongSupplier bytes, int last) {
    List<StepBytes> all = new ArrayList<>();
    for (Opened<LanguageModel> model : models) {
      for (int position : List.of(last, work.context())) {
        long before = bytes.getAsLong();
        greedyStep(model, position);
        all.add(new StepBytes(model.contender().label(), position, bytes.getAsLong() - before));
      }
    }
    return all;
  }

  /** Decodes several sequences at once by those that Argus built, in turns. */
  Section decodeTogether(Turns turns, int steps, List<Integer> batches) {
    record Batch(Opened<LanguageModel> model, int size) {}
    List<Batch> all = new ArrayList<>();
    for (Opened<LanguageModel> model : models) {
      if (model.contender() instanceof Contender.Built) {
        batches.forEach(size -> all.add(new Batch(model, size)));
        for (int slot = 0; slot < model.model().slots(); slot++) {
          fill(model, slot);
        }
      }
    }
    ForeignLoad load = ForeignLoad.watch();
    List<Figure> figures = new ArrayList<>();
    turns
        .measure(all, steps, batch -> step(batch.model(), batch.size(), work.context()))
        .forEach((batch, samples) ->
            figures.add(
                Figure.of(
                    batch.model().contender().label(), batch.size(), samples, null, null, null)));
    String title = "Decode several sequences at once, context " + work.context();
    return new Section(title, figures, Comparison.share(load));
  }

  private void fill(Opened<LanguageModel> model, int slot) {
    float[] logits = new float[work.vocabularySize()];
    model.model().prefill(work.prompt(slot, features), logits);
    work.rest(slot).forEach(chunk -> model.model().prefill(chunk, logits));
  }

  private float[][] step(Opened<LanguageModel> model, int size, int position) {
    float[][] logits = new float[size][work.vocabularySize()];
    model.model().decode(tokens(size, position), logits);
    return logits;
  }

  /** Reads logits only where the model does not say which is the highest. */
  private void greedyStep(Opened<LanguageModel> model, int position) {
    LanguageModel.Logits logits = model.model().decode(tokens(1, position)).getFirst();
    if (logits.highest().isEmpty()) {
      logits.read(new float[work.vocabularySize()]);
    }
  }

  private List<DecodeToken> tokens(int size, int position) {
    List<DecodeToken> tokens = new ArrayList<>();
    for (int slot = 0; slot < size; slot++) {
      tokens.add(new DecodeToken(slot, position, work.id(slot, position)));
    }
    return tokens;
  }
}
