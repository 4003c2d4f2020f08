/** {@code argus bench peers}: Argus beside what people use today, asked the same in turns. */
@NullMarked
package dev.argus.bench.peers;

import org.jspecify.annotations.NullMarked;
