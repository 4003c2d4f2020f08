package dev.argus.decoder.engine;

import dev.argus.base.resource.OpenResources;
import dev.argus.checkpoint.config.TextConfig;
import dev.argus.checkpoint.export.HubGraphs;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.decoder.core.LanguageModel;
import dev.argus.runtime.Binding;
import dev.argus.runtime.Device;
import dev.argus.runtime.ElementType;
import dev.argus.runtime.Session;
import dev.argus.runtime.Shape;
import dev.argus.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A language model that runs an export: one graph from token ids to embeddings, among which visual
 * tokens are put, and one from embeddings to logits.
 *
 * <p>Design note: such a graph takes the past as a tensor as long as the past is and gives it back
 * longer, so that sequences of different lengths do not fit one run: {@link #decode} makes one for
 * each token. And it usually computes logits of all positions, of which the last are used. Argus's
 * own graphs do neither.
 *
 * <p>Owns its sessions and caches, not the device.
 */
public final class ExportedLanguageModel implements LanguageModel {
  private final TextConfig config;
  private final CallCheck check;
  private final Device device;
  private final Session embedding;
  private final ExportedDecoder decoder;
  private final OpenResources owned;
  private final List<GrowingCache> caches = new ArrayList<>();

  private ExportedLanguageModel(
      TextConfig config,
      CallCheck check,
      Device device,
      Session embedding,
      ExportedDecoder decoder,
      OpenResources owned) {
    this.config = config;
    this.check = check;
    this.device = device;
    this.embedding = embedding;
    this.decoder = decoder;
    this.owned = owned;
    for (int slot = 0; slot < check.slots(); slot++) {
      caches.add(
          owned.add(new GrowingCache(device, config, decoder.cacheType(), check.slotCapacity())));
    }
  }

  /**
   * Opens an export.
   *
   * @param config the numbers of the model that was exported
   * @param precision which variant of the graphs
   * @param device where they run; closed by the caller, after this
   * @param slots sequences that fit at once; at least 1
   * @param slotCapacity positions in each; 1 to the model's context length
   * @throws dev.argus.base.failure.ModelFault if a graph is missing or cannot be loaded, or has
   *     other inputs and outputs than exports of this kind of model
   */
  public static ExportedLanguageModel open(
      TextConfig config,
      HubGraphs graphs,
      Precision precision,
      Device device,
      int slots,
      int slotCapacity) {
    CallCheck check = new CallCheck(slots, slotCapacity, config.vocabularySize());
    OpenResources owned = new OpenResources();
    try {
      Session embedding = owned.add(device.openForeign(graphs.embedTokens(precision)));
      ExportedDecoder decoder =
          owned.add(ExportedDecoder.open(config, graphs.decoder(precision), device));
      return new ExportedLanguageModel(config, check, device, embedding, decoder, owned);
    } catch (RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  @Override
  public int slots() {
    return check.slots();
  }

  @Override
  public int slotCapacity() {
    return check.slotCapacity();
  }

  @Override
  public int vocabularySize() {
    return check.vocabularySize();
  }

  @Override
  public double readingCost(int position) {
    return ReadingCost.at(position, config);
  }

  @Override
  public void prefill(PrefillChunk chunk, float[] logits) {
    check.prefill(chunk, logits);
    VisualPlaces visual = VisualPlaces.of(chunk, config.hiddenSize());
    try (Tensor embeddings = embed(chunk.tokenIds())) {
      visual.writeTo(embeddings);
      run(chunk.slot(), chunk.start(), embeddings, logits);
    }
  }

  @Override
  public List<Logits> decode(List<DecodeToken> tokens) {
    check.decode(tokens);
    List<Logits> rows = new ArrayList<>();
    for (DecodeToken token : tokens) {
      float[] row = new float[check.vocabularySize()];
      try (Tensor embeddings = embed(token.tokenId())) {
        run(token.slot(), token.position(), embeddings, row);
      }
      rows.add(new ReadLogits(row, check));
    }
    return rows;
  }

  @Override
  public void copy(int source, int target, int from, int to) {
    check.copy(source, target, from, to);
    caches.get(target).take(caches.get(source), from, to);
  }

  /** Embeddings, {@code [tokens, hidden]}; closed by the caller. */
  private Tensor embed(int... tokenIds) {
    long[] ids = new long[tokenIds.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokenIds[i];
    }
    Tensor rows = device.allocate(ElementType.FLOAT32, Shape.of(ids.length, config.hiddenSize()));
    try (Tensor in = device.allocate(ElementType.INT64, Shape.of(1, ids.length));
        Tensor out = rows.shaped(Shape.of(1, ids.length, config.hiddenSize()));
        Binding binding = embedding.bind(Map.of("input_ids", in), Map.of("inputs_embeds", out))) {
      in.write(MemorySegment.ofArray(ids));
      binding.run();
      return rows;
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private void run(int slot, int start, Tensor embeddings, float[] logits) {
    GrowingCache cache = caches.get(slot);
    cache.truncate(start);
    decoder.run(embeddings, cache, logits);
  }

  @Override
  public void close() {
    owned.close();
  }
}
