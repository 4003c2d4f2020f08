/** Tests. */
@NullMarked
package dev.argus.decoder.core.region;

import org.jspecify.annotations.NullMarked;
