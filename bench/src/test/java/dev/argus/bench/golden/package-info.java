@NullMarked
package dev.argus.bench.golden;

import org.jspecify.annotations.NullMarked;
