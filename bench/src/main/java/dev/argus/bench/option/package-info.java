/** Options that several commands take. */
@NullMarked
package dev.argus.bench.option;

import org.jspecify.annotations.NullMarked;
