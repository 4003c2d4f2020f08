package dev.argus.bench.growth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one run of {@code argus bench growth} found.
 *
 * @param model the checkpoint's directory name
 * @param machine what it ran on
 * @param precision of encoder and decoder
 * @param threads of one run of a model
 * @param runs questions for each point
 * @param foreignLoad share of the processors that others took; null where it is not known
 */
record GrowthReport(
    String model,
    String machine,
    String precision,
    int threads,
    int runs,
    List<Growth> growths,
    @Nullable Double foreignLoad) {}
