package dev.argus.checkpoint.prompt;

/**
 * The places in a prompt that one tile's visual tokens fill.
 *
 * @param position index of the first place
 * @param length number of places; at least 1
 */
public record VisualSpan(int position, int length) {}
