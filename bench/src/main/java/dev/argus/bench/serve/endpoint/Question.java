package dev.argus.bench.serve.endpoint;

import java.util.List;

/**
 * What is asked.
 *
 * @param pictures come before the words
 * @param outputTokens the most that the answer may have, and what it has where {@code ignoreEos}
 * @param ignoreEos go on after the model's own end of the answer, where the server can
 */
public record Question(
    List<PictureFile> pictures, String text, int outputTokens, boolean ignoreEos) {}
