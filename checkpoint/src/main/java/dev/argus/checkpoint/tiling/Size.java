package dev.argus.checkpoint.tiling;

/** A width and a height in pixels, both at least 1. */
public record Size(int width, int height) {}
