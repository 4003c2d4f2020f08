/**
 * {@code argus bench overlap}: what it is worth that stages work on one request at the same time.
 */
@NullMarked
package dev.argus.bench.overlap;

import org.jspecify.annotations.NullMarked;
