/** A conversation in the terminal, line by line. */
@NullMarked
package dev.argus.cli.chat;

import org.jspecify.annotations.NullMarked;
