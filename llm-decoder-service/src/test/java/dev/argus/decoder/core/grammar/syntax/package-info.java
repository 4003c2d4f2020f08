/** Tests. */
@NullMarked
package dev.argus.decoder.core.grammar.syntax;

import org.jspecify.annotations.NullMarked;
