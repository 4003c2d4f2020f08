package dev.argus.bench.golden;

import java.util.List;

/**
 * All that one run of {@code argus bench golden} found.
 *
 * @param machine what it ran on
 * @param device of that machine
 * @param refused precisions that do not run on the device, and why
 */
record GoldenReport(
    String machine, String device, List<Agreement> agreements, List<String> refused) {}
