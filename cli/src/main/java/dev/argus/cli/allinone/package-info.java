/** The four stages in one process, without a socket between them. */
@NullMarked
package dev.argus.cli.allinone;

import org.jspecify.annotations.NullMarked;
