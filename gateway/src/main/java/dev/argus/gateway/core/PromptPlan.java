package dev.argus.gateway.core;

/**
 * What the preprocess stage knows before it decodes a pixel.
 *
 * @param layout the stage's own message, which the encoder's and the decoder's headers are made
 *     from; not looked into
 * @param tiles tiles of all pictures; 0 without pictures
 * @param promptTokens all prompt tokens, visual ones included
 * @param visualTokens visual tokens of all tiles
 */
public record PromptPlan(Object layout, int tiles, int promptTokens, int visualTokens) {}
