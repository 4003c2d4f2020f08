/**
 * The families of models that Argus serves: how each one's settings are read, how it cuts pictures,
 * and what stands for a picture in its prompt.
 */
@NullMarked
package dev.argus.checkpoint.architecture;

import org.jspecify.annotations.NullMarked;
