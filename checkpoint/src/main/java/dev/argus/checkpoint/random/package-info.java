/**
 * Checkpoints of random weights at the true shapes of published models, with everything that a
 * checkpoint has, for measuring speed and memory without a download. Depends on the module's root
 * package, {@code config}, {@code weights} and Jackson.
 */
@NullMarked
package dev.argus.checkpoint.random;

import org.jspecify.annotations.NullMarked;
