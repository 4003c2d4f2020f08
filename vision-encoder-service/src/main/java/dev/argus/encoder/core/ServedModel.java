package dev.argus.encoder.core;

/**
 * A model whose tiles are encoded here.
 *
 * @param name in the configuration
 * @param fingerprint of the checkpoint, 64 hexadecimal digits
 * @param queue where its tiles go
 */
public record ServedModel(String name, String fingerprint, EncoderQueue queue) {}
