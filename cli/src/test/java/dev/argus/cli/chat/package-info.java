/** Tests of the package. */
@NullMarked
package dev.argus.cli.chat;

import org.jspecify.annotations.NullMarked;
