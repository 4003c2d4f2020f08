package dev.argus.bench.graphs;

/**
 * What the process and the device exchange in one decode step of one sequence: what is written into
 * tensors and read out of them. Not in it is what ONNX Runtime copies by itself.
 *
 * @param graph its label
 * @param context positions that are in the cache before the step
 * @param bytes both ways
 */
record StepBytes(String graph, int context, long bytes) {}
