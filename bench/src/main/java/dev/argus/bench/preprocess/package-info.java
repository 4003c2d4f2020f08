/**
 * {@code argus bench preprocess}: from a JPEG file to SmolVLM's tiles, recipe by recipe, beside the
 * reference's resizes in Pillow and transformers.js' image processor.
 */
@NullMarked
package dev.argus.bench.preprocess;

import org.jspecify.annotations.NullMarked;
