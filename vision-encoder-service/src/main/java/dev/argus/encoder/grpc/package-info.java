/** The vision encoder on the wire. Depends on {@code core} and the service kit. */
@NullMarked
package dev.argus.encoder.grpc;

import org.jspecify.annotations.NullMarked;
