@NullMarked
package dev.argus.bench.recipes;

import org.jspecify.annotations.NullMarked;
