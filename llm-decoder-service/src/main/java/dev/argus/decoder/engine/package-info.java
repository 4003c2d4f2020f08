/**
 * How the LLM decoder runs a model: {@code core}'s interfaces over {@code runtime}. Depends on
 * {@code core}, {@code checkpoint}, {@code runtime} and {@code base}.
 */
@NullMarked
package dev.argus.decoder.engine;

import org.jspecify.annotations.NullMarked;
