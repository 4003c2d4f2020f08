package dev.argus.gateway.core;

/** The stages, ready to serve one request. Opening a stream does not wait. */
public interface Stages {

  /**
   * Takes {@link PreprocessMessage}s; answers with the plan, then each tile, then {@link
   * StageEvent.Finished}.
   */
  StageStream preprocess();

  /**
   * Takes the {@link PromptPlan}, then tiles; answers each with visual tokens, then {@link
   * StageEvent.Finished}.
   *
   * @param plan what the stream will be sent; says which replica may know its tiles
   */
  StageStream encode(PromptPlan plan);

  /**
   * Takes the {@link PromptPlan}, then visual tokens; answers with {@link StageEvent.Admitted},
   * tokens, then {@link StageEvent.Generated}.
   *
   * @param plan what the stream will be sent; says which replica may know how it begins
   */
  StageStream decode(PromptPlan plan);
}
