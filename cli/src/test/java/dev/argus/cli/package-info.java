/** Tests of the commands. */
@NullMarked
package dev.argus.cli;

import org.jspecify.annotations.NullMarked;
