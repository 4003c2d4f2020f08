package dev.argus.decoder.core;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import java.util.OptionalInt;

/**
 * What a prompt must be for one model to answer it.
 *
 * @param slotCapacity most tokens of prompt and answer together
 * @param vocabularySize token ids are below this
 * @param imageTokenId the id in the place of each visual token
 */
public record PromptRules(int slotCapacity, int vocabularySize, int imageTokenId) {

  /**
   * Checks a prompt.
   *
   * @throws InvalidInput naming the first wrong field of the layout, or {@code messages} if the
   *     prompt leaves no room for an answer
   */
  public void check(PromptLayout layout) {
    checkLength(layout.tokenIds().length);
    checkTokens(layout.tokenIds());
    int end = 0;
    for (int i = 0; i < layout.spans().size(); i++) {
      checkSpan(layout.spans().get(i), end, layout.tokenIds(), "layout.spans[" + i + "]");
      end = layout.spans().get(i).position() + layout.spans().get(i).length();
    }
  }

  /**
   * The most tokens that an answer may have.
   *
   * @param wanted what the caller asked for; empty: as many as fit
   * @throws InvalidInput if more are wanted than fit after the prompt
   */
  public int answerLimit(int promptTokens, OptionalInt wanted) {
    int room = slotCapacity - promptTokens;
    if (wanted.isPresent() && wanted.getAsInt() > room) {
      throw new InvalidInput(
          "sampling.max_tokens",
          "is %d; the prompt has %d of the model's %d tokens, so at most %d are allowed"
              .formatted(wanted.getAsInt(), promptTokens, slotCapacity, room));
    }
    return wanted.orElse(room);
  }

  private void checkLength(int tokens) {
    if (tokens == 0) {
      throw new InvalidInput("layout.token_ids", "is empty; a prompt has at least 1 token");
    }
    if (tokens >= slotCapacity) {
      throw new InvalidInput(
          "messages",
          "become %d tokens, pictures included; at most %d are allowed"
              .formatted(tokens, slotCapacity - 1));
    }
  }

  private void checkTokens(int[] tokenIds) {
    for (int i = 0; i < tokenIds.length; i++) {
      if (Integer.compareUnsigned(tokenIds[i], vocabularySize) >= 0) {
        throw new InvalidInput(
            "layout.token_ids[" + i + "]",
            "is %s; must be below the vocabulary's size, %d"
                .formatted(Integer.toUnsignedString(tokenIds[i]), vocabularySize));
      }
    }
  }

  /**
   * @param previousEnd the first position after the span before
   */
  private void checkSpan(VisualSpan span, int previousEnd, int[] tokenIds, String field) {
    if (span.length() < 1) {
      throw new InvalidInput(
          field + ".length",
          "is " + Integer.toUnsignedString(span.length()) + "; must be 1 or more");
    }
    // A negative position is an unsigned one beyond any prompt.
    if (span.position() >= 0 && span.position() < previousEnd) {
      throw new InvalidInput(
          field + ".position",
          "is %d; must be %d or more, where the span before it ends"
              .formatted(span.position(), previousEnd));
    }
    if (span.position() < 0 || span.length() > tokenIds.length - span.position()) {
      throw new InvalidInput(
          field,
          "has position %s and length %d; must end within the prompt's %d tokens"
              .formatted(
                  Integer.toUnsignedString(span.position()), span.length(), tokenIds.length));
    }
    for (int i = 0; i < span.length(); i++) {
      if (tokenIds[span.position() + i] != imageTokenId) {
        throw new InvalidInput(
            field,
            "covers layout.token_ids[%d], which is %d; must be the image token %d"
                .formatted(span.position() + i, tokenIds[span.position() + i], imageTokenId));
      }
    }
  }
}
