/** How a request runs through the stages, and what comes of it. Depends on {@code base} only. */
@NullMarked
package dev.argus.gateway.core;

import org.jspecify.annotations.NullMarked;
