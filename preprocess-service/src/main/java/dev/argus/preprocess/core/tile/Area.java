package dev.argus.preprocess.core.tile;

/**
 * A rectangle of pixels.
 *
 * @param x its left edge
 * @param y its upper edge
 */
record Area(int x, int y, int width, int height) {}
