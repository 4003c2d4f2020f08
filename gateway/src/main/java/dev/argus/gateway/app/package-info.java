/** The gateway as a process of its own: configuration keys and wiring. */
@NullMarked
package dev.argus.gateway.app;

import org.jspecify.annotations.NullMarked;
