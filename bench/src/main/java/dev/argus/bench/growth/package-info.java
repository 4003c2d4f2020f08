/** {@code argus bench growth}: how the time to first token grows with what is asked. */
@NullMarked
package dev.argus.bench.growth;

import org.jspecify.annotations.NullMarked;
