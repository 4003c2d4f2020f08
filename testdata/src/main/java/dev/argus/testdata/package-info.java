/** Reads the reference data in {@code testdata/golden}. Only tests depend on it. */
@NullMarked
package dev.argus.testdata;

import org.jspecify.annotations.NullMarked;
