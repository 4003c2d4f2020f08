package dev.argus.bench.graphs;

/**
 * What it takes to have a graph.
 *
 * @param graph its label
 * @param part vision or decoder
 * @param bytes of its files
 * @param loadMs once, in a warm process, of files that were perhaps read before
 */
record Loading(String graph, String part, long bytes, double loadMs) {}
