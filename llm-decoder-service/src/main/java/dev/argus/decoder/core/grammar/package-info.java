/**
 * Answers of a given form: which tokens may come next. {@code Format} says what form; {@code
 * Grammars} compiles it for one model's vocabulary; {@code Constraint} follows one answer.
 */
@NullMarked
package dev.argus.decoder.core.grammar;

import org.jspecify.annotations.NullMarked;
