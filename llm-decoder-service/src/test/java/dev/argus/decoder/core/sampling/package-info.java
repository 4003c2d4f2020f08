/** Tests of the sampler. */
@NullMarked
package dev.argus.decoder.core.sampling;

import org.jspecify.annotations.NullMarked;
