/** {@code argus.stage.v1.DecodeService} on the wire, and the stage's metrics. */
@NullMarked
package dev.argus.decoder.grpc;

import org.jspecify.annotations.NullMarked;
