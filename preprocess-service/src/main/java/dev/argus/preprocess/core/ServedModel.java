package dev.argus.preprocess.core;

import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.Prompt;
import java.util.List;
import java.util.function.Function;

/**
 * A model that requests may name.
 *
 * @param name its name in the configuration
 * @param fingerprint of its checkpoint, 64 hexadecimal digits
 * @param prompts makes the prompt of a conversation; thread-safe
 */
public record ServedModel(
    String name, String fingerprint, Function<List<ChatMessage>, Prompt> prompts) {}
