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
   */
  StageStream encode();

  /**
   * Takes the {@link PromptPlan}, then visual tokens; answers with {@link StageEvent.Admitted},
   * tokens, then {@link StageEvent.Generated}.
   */
  StageStream decode();
}
