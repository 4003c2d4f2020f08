@NullMarked
package dev.argus.bench.simulate.validate;

import org.jspecify.annotations.NullMarked;
