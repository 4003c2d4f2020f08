package dev.argus.checkpoint.config;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model's numbers.
 *
 * @param vision the vision tower and connector
 * @param text the language model
 * @param imageTokenId the id that holds a visual token's place in a prompt
 * @param endOfSequenceIds the ids that end an answer; not empty
 * @param locationTokens the ids that name places in a picture; null where the model has none
 */
public record ModelConfig(
    VisionConfig vision,
    TextConfig text,
    int imageTokenId,
    Set<Integer> endOfSequenceIds,
    @Nullable LocationTokens locationTokens) {}
