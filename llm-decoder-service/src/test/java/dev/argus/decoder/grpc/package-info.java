/** Tests of the decode service over an in-process transport, with a fake model. */
@NullMarked
package dev.argus.decoder.grpc;

import org.jspecify.annotations.NullMarked;
