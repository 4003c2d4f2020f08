@NullMarked
package dev.argus.bench.simulate.scale;

import org.jspecify.annotations.NullMarked;
