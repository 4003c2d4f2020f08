package dev.argus.bench.split;

/**
 * The bytes that one request moves between two processes, with all frames and headers.
 *
 * @param name caller and called
 * @param there bytes to the called
 * @param back bytes from it
 */
record Hop(String name, long there, long back) {}
