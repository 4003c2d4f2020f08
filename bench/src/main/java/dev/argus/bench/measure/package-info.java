/** How anything is measured: repeated in turns, with an eye on what else the machine does. */
@NullMarked
package dev.argus.bench.measure;

import org.jspecify.annotations.NullMarked;
