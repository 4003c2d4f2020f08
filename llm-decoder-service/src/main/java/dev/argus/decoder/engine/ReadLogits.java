package dev.argus.decoder.engine;

import dev.argus.decoder.core.LanguageModel;

/**
 * Logits that have been read already.
 *
 * @param values {@code [vocabularySize]}
 */
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
record ReadLogits(float[] values, CallCheck check) implements LanguageModel.Logits {

  @Override
  public void read(float[] target) {
    check.logits(target);
    System.arraycopy(values, 0, target, 0, values.length);
  }
}
