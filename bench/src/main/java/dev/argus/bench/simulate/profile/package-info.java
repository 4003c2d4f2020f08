/** How long each stage takes for what, on which machines: what a simulation is told. */
@NullMarked
package dev.argus.bench.simulate.profile;

import org.jspecify.annotations.NullMarked;
