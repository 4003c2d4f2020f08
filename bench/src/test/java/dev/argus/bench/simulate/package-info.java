@NullMarked
package dev.argus.bench.simulate;

import org.jspecify.annotations.NullMarked;
