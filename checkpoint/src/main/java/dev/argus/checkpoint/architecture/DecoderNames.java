package dev.argus.checkpoint.architecture;

/**
 * Where a checkpoint has its language model, whose tensors below are named as transformers' Llama
 * and Qwen2 name theirs.
 *
 * @param model prefix of {@code embed_tokens}, {@code layers} and {@code norm}
 * @param head prefix of {@code lm_head}
 */
public record DecoderNames(String model, String head) {}
