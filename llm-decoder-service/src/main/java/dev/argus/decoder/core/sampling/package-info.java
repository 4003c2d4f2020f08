/**
 * How the next token is chosen from a row of logits. Pure: no clock, no state between calls but
 * scratch memory and what an answer has said so far. The same bits on every machine: only
 * arithmetic that Java defines to the last bit, and {@code StrictMath}. Depends on {@code base}
 * only.
 */
@NullMarked
package dev.argus.decoder.core.sampling;

import org.jspecify.annotations.NullMarked;
