/**
 * {@code argus bench golden}: how far a device's and a precision's results are from the reference
 * implementation's. Drives the engines that serve.
 */
@NullMarked
package dev.argus.bench.golden;

import org.jspecify.annotations.NullMarked;
