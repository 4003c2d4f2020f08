/**
 * How an answer's tokens are asked to be chosen, and what is allowed: the same words and ranges for
 * the gateway, which refuses early, and the decoder, which obeys. Depends on the JDK and {@code
 * base} only.
 */
@NullMarked
package dev.argus.base.sampling;

import org.jspecify.annotations.NullMarked;
