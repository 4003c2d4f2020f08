/**
 * How the vision encoder runs a model: {@code core}'s interfaces over {@code runtime}. Depends on
 * {@code core}, {@code checkpoint}, {@code runtime} and {@code base}.
 */
@NullMarked
package dev.argus.encoder.engine;

import org.jspecify.annotations.NullMarked;
