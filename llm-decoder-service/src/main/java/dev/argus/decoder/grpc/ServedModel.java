package dev.argus.decoder.grpc;

import dev.argus.decoder.core.DecoderLoop;
import dev.argus.decoder.core.PromptRules;
import dev.argus.decoder.core.grammar.Grammars;
import dev.argus.decoder.core.region.RegionDialect;
import dev.argus.decoder.core.text.TextDecoder;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A model that answers.
 *
 * @param name the name that requests use
 * @param fingerprint of its checkpoint, 64 hexadecimal digits
 * @param hiddenSize width of a visual token
 * @param endIds tokens that end an answer
 * @param rules what a prompt must be
 * @param bytes the UTF-8 bytes that a token stands for; thread-safe
 * @param texts makes what turns one answer's tokens into text; thread-safe
 * @param grammars forms of answers, compiled for it
 * @param regions how it writes regions
 * @param loop runs it
 */
public record ServedModel(
    String name,
    String fingerprint,
    int hiddenSize,
    Set<Integer> endIds,
    PromptRules rules,
    IntFunction<byte[]> bytes,
    Supplier<TextDecoder> texts,
    Grammars grammars,
    RegionDialect regions,
    DecoderLoop loop) {}
