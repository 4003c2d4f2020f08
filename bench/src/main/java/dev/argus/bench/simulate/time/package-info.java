/** A virtual clock, and processors that share their time among what runs on them. */
@NullMarked
package dev.argus.bench.simulate.time;

import org.jspecify.annotations.NullMarked;
