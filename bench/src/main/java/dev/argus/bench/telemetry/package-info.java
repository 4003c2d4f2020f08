/** {@code argus bench telemetry}: what traces and metrics cost. */
@NullMarked
package dev.argus.bench.telemetry;

import org.jspecify.annotations.NullMarked;
