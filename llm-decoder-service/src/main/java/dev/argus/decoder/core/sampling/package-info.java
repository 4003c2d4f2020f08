/**
 * How the next token is chosen from a row of logits. Pure: no clock, no state between calls but
 * scratch memory. Depends on {@code base} only.
 */
@NullMarked
package dev.argus.decoder.core.sampling;

import org.jspecify.annotations.NullMarked;
