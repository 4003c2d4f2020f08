package dev.argus.decoder.core.text;

/**
 * Text from token ids, one after another; {@code dev.argus.checkpoint.prompt.Detokenizer} in
 * earnest. Everything given out, put together, is the text of all ids.
 *
 * <p>Not thread-safe: it belongs to one answer.
 */
public interface TextDecoder {

  /** Takes the next id and returns the text that became certain: whole characters, maybe none. */
  String append(int id);

  /** Ends the stream and returns what was held back. */
  String finish();
}
