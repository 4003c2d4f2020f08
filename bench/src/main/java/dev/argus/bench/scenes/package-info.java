/** {@code argus bench scenes}: how much a model gets right of pictures whose contents are known. */
@NullMarked
package dev.argus.bench.scenes;

import org.jspecify.annotations.NullMarked;
