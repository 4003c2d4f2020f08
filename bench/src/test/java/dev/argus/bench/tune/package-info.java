@NullMarked
package dev.argus.bench.tune;

import org.jspecify.annotations.NullMarked;
