/** Tests of the scheduler, with a fake model and a virtual clock. */
@NullMarked
package dev.argus.decoder.core;

import org.jspecify.annotations.NullMarked;
