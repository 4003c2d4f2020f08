@NullMarked
package dev.argus.bench.simulate.model;

import org.jspecify.annotations.NullMarked;
