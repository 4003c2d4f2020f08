/** {@code argus.stage.v1.PreprocessService} on the wire. */
@NullMarked
package dev.argus.preprocess.grpc;

import org.jspecify.annotations.NullMarked;
