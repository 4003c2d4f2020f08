/** {@code argus bench serve}: how fast a running server answers, as its clients see it. */
@NullMarked
package dev.argus.bench.serve;

import org.jspecify.annotations.NullMarked;
