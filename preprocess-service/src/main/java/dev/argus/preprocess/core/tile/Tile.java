package dev.argus.preprocess.core.tile;

/**
 * A square piece of a picture, ready for the vision encoder.
 *
 * @param side edge in pixels
 * @param pixels uint8 RGB, layout {@code [side, side, 3]}, row-major; not to be modified
 */
@SuppressWarnings("ArrayRecordComponent") // Pixels on their way to the wire; never compared.
public record Tile(int side, byte[] pixels) {}
