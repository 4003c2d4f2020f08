/** Tests of the configuration. */
@NullMarked
package dev.argus.decoder.app;

import org.jspecify.annotations.NullMarked;
