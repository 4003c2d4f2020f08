@NullMarked
package dev.argus.bench.simulate.time;

import org.jspecify.annotations.NullMarked;
