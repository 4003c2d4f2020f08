/** How far a simulation is from what was measured. */
@NullMarked
package dev.argus.bench.simulate.validate;

import org.jspecify.annotations.NullMarked;
