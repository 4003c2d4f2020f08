/** The {@code argus} command line. May depend on every other part. */
@NullMarked
package dev.argus.cli;

import org.jspecify.annotations.NullMarked;
