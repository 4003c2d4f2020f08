/**
 * {@code argus bench fleet}: what several encoders are worth, and what it is worth that pictures go
 * where their features are kept.
 */
@NullMarked
package dev.argus.bench.fleet;

import org.jspecify.annotations.NullMarked;
