@NullMarked
package dev.argus.bench.fleet;

import org.jspecify.annotations.NullMarked;
