/**
 * From a conversation to token ids: chat template, tokenizer, image placeholders, and back from
 * token ids to text.
 */
@NullMarked
package dev.argus.checkpoint.prompt;

import org.jspecify.annotations.NullMarked;
