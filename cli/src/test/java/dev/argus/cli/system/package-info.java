/** Tests of the whole system, through its public API. */
@NullMarked
package dev.argus.cli.system;

import org.jspecify.annotations.NullMarked;
