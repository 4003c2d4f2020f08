@NullMarked
package dev.argus.bench.telemetry;

import org.jspecify.annotations.NullMarked;
