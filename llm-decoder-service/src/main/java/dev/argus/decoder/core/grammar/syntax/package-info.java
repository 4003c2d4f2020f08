/**
 * From a form's description to finite automata: regular expressions, JSON Schema, the dialects of
 * regions. Knows nothing of tokens. Depends on the JDK, Jackson and failures alone.
 */
@NullMarked
package dev.argus.decoder.core.grammar.syntax;

import org.jspecify.annotations.NullMarked;
