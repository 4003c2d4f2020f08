/** The vision encoder service as a process of its own: configuration keys and wiring. */
@NullMarked
package dev.argus.encoder.app;

import org.jspecify.annotations.NullMarked;
