package dev.argus.bench.graphs;

import java.util.List;

/**
 * All that one run of {@code argus bench graphs} found.
 *
 * @param model the checkpoint's directory name
 * @param machine what it ran on
 * @param device of that machine
 * @param threads for each run of a graph
 * @param loading one for each graph and part
 * @param sections what was measured
 * @param stepBytes two for each graph: where decoding ended, and where it began
 * @param refused graphs that could not be opened, and why
 */
record GraphsReport(
    String model,
    String machine,
    String device,
    int threads,
    List<Loading> loading,
    List<Section> sections,
    List<StepBytes> stepBytes,
    List<String> refused) {

  /** The same, with others that could not be opened. */
  GraphsReport withRefused(List<String> all) {
    return new GraphsReport(model, machine, device, threads, loading, sections, stepBytes, all);
  }
}
