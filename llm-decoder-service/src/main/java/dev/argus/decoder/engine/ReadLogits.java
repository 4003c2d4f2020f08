package dev.argus.decoder.engine;

import dev.argus.decoder.core.LanguageModel;
import java.util.OptionalInt;

/**
 * Logits that have been read already.
 *
 * @param values {@code [vocabularySize]}
 */
@SuppressWarnings("ArrayRecordComponent") // Short-lived, never compared.
record ReadLogits(float[] values, CallCheck check) implements LanguageModel.Logits {

  @Override
  public OptionalInt highest() {
    return OptionalInt.empty();
  }

  @Override
  public void read(float[] target) {
    check.logits(target);
    System.arraycopy(values, 0, target, 0, values.length);
  }
}
