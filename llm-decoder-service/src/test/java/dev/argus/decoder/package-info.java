/** Tests of the whole stage, with a real model. */
@NullMarked
package dev.argus.decoder;

import org.jspecify.annotations.NullMarked;
