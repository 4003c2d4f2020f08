@NullMarked
package dev.argus.bench.simulate.traffic;

import org.jspecify.annotations.NullMarked;
