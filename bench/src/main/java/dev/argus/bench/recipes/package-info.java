/**
 * {@code argus bench recipes}: the time to first token as a straightforward server has it, and with
 * one recipe more at a time. What the straightforward server does otherwise than Argus, and is not
 * a setting of Argus's stages, is written here and nowhere else.
 */
@NullMarked
package dev.argus.bench.recipes;

import org.jspecify.annotations.NullMarked;
