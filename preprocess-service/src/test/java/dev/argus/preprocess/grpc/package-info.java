@NullMarked
package dev.argus.preprocess.grpc;

import org.jspecify.annotations.NullMarked;
