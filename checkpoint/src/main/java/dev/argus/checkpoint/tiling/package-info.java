/**
 * How a picture of a given size is cut into tiles, as arithmetic on sizes: no pixel is touched
 * here.
 */
@NullMarked
package dev.argus.checkpoint.tiling;

import org.jspecify.annotations.NullMarked;
