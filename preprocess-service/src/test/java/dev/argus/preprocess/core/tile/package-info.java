@NullMarked
package dev.argus.preprocess.core.tile;

import org.jspecify.annotations.NullMarked;
