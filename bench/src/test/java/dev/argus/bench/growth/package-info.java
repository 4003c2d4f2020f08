@NullMarked
package dev.argus.bench.growth;

import org.jspecify.annotations.NullMarked;
