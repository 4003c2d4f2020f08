/** From RGB pixels to tiles: Pillow's resampling and the execution of a checkpoint's tile plan. */
@NullMarked
package dev.argus.preprocess.core.tile;

import org.jspecify.annotations.NullMarked;
