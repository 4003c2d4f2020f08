/** The LLM decoder service as a process of its own: configuration keys, wiring, {@code main}. */
@NullMarked
package dev.argus.decoder.app;

import org.jspecify.annotations.NullMarked;
