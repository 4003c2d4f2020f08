/** Failures on the wire: from the sealed failures of {@code base} to gRPC statuses and back. */
@NullMarked
package dev.argus.service.error;

import org.jspecify.annotations.NullMarked;
