/** The vision encoder service, put together. */
@NullMarked
package dev.argus.encoder;

import org.jspecify.annotations.NullMarked;
