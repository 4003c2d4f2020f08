/** Tests. */
@NullMarked
package dev.argus.bench.grammar;

import org.jspecify.annotations.NullMarked;
