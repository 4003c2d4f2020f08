/** {@code argus tune}: finds the fastest way to run a checkpoint here that keeps its answers. */
@NullMarked
package dev.argus.bench.tune;

import org.jspecify.annotations.NullMarked;
