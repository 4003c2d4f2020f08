package dev.argus.bench.golden;

import dev.argus.preprocess.core.Conversation;
import java.util.List;

/**
 * A conversation, and what the reference implementation makes of it at float32.
 *
 * @param name of it
 * @param features visual tokens of all tiles, {@code [tiles, tokens, hidden]}; empty without a
 *     picture
 * @param logits {@code [answer, vocabulary]}: after the prompt, then after each token but the last
 * @param answer token ids, greedily, whatever ends an answer
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes; compared element by element.
record GoldenCase(
    String name,
    Conversation conversation,
    float[] features,
    float[] logits,
    List<Integer> answer) {}
