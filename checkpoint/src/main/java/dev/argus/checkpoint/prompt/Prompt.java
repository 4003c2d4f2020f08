package dev.argus.checkpoint.prompt;

import dev.argus.checkpoint.tiling.TilePlan;
import java.util.List;

/**
 * What a conversation becomes before any pixel is decoded.
 *
 * @param layout the prompt
 * @param plans how to cut each picture, in the order of the conversation; their tiles, one plan
 *     after another, fill the layout's spans
 */
public record Prompt(PromptLayout layout, List<TilePlan> plans) {}
