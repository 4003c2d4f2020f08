package dev.argus.gateway.core;

/** The stages, ready to serve one request. Opening a stream does not wait. */
public interface Stages {

  /** Answers with the plan, then each tile, then {@link StageEvent.Finished}. Takes no messages. */
  StageStream preprocess();

  /** Takes tiles; answers each with visual tokens, then {@link StageEvent.Finished}. */
  StageStream encode(PromptPlan plan);

  /** Takes visual tokens; answers with tokens, then {@link StageEvent.Generated}. */
  StageStream decode(PromptPlan plan);
}
