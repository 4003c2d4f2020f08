/** Tests. */
@NullMarked
package dev.argus.decoder.core.grammar;

import org.jspecify.annotations.NullMarked;
