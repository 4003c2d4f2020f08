/**
 * What tests are made with: the reference data in {@code testdata/golden}, and a hub on loopback.
 * Only tests depend on it.
 */
@NullMarked
package dev.argus.testdata;

import org.jspecify.annotations.NullMarked;
