/** The preprocessing service as a process of its own: configuration keys, wiring, {@code main}. */
@NullMarked
package dev.argus.preprocess.app;

import org.jspecify.annotations.NullMarked;
