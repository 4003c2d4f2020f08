@NullMarked
package dev.argus.bench.simulate.profile;

import org.jspecify.annotations.NullMarked;
