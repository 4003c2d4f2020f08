/** What a time to first token goes to, as an answer's anatomy tells. */
@NullMarked
package dev.argus.bench.breakdown;

import org.jspecify.annotations.NullMarked;
