@NullMarked
package dev.argus.bench.split;

import org.jspecify.annotations.NullMarked;
