@NullMarked
package dev.argus.bench.overlap;

import org.jspecify.annotations.NullMarked;
