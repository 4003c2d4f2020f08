@NullMarked
package dev.argus.bench.breakdown;

import org.jspecify.annotations.NullMarked;
