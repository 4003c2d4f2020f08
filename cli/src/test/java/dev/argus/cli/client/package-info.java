/** Tests of the package. */
@NullMarked
package dev.argus.cli.client;

import org.jspecify.annotations.NullMarked;
