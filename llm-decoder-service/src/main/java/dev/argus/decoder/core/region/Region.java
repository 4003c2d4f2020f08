package dev.argus.decoder.core.region;

/**
 * A thing in the upright picture.
 *
 * @param label what it is, in the model's words
 * @param xMin left edge, 0 to 1 of the picture's width
 * @param yMin upper edge, 0 to 1 of the picture's height
 * @param xMax right edge, not left of {@code xMin}
 * @param yMax lower edge, not above {@code yMin}
 * @param confidence geometric mean of the probabilities of the tokens that give the coordinates, by
 *     the model's own distribution
 * @param firstToken the first token of the answer that tells of it, 0-based
 * @param endToken the token after the last one
 */
public record Region(
    String label,
    double xMin,
    double yMin,
    double xMax,
    double yMax,
    double confidence,
    int firstToken,
    int endToken) {}
