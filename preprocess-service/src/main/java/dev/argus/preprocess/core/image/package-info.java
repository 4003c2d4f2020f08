/**
 * From the bytes of an image file to RGB pixels, as Pillow and the reference's {@code load_image}
 * see them. Headers are read without decoding a pixel. Depends on {@code base}, the sizes of {@code
 * checkpoint} and libraries.
 */
@NullMarked
package dev.argus.preprocess.core.image;

import org.jspecify.annotations.NullMarked;
