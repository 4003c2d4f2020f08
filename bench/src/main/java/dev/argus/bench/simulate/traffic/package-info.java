/** When requests come, and what they ask. */
@NullMarked
package dev.argus.bench.simulate.traffic;

import org.jspecify.annotations.NullMarked;
