/**
 * The public API, and the stages, over gRPC. Depends on {@code core}, {@code proto} and {@code
 * service-kit}.
 */
@NullMarked
package dev.argus.gateway.grpc;

import org.jspecify.annotations.NullMarked;
