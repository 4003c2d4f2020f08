@NullMarked
package dev.argus.preprocess.core.image;

import org.jspecify.annotations.NullMarked;
