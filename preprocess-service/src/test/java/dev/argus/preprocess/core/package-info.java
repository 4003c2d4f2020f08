@NullMarked
package dev.argus.preprocess.core;

import org.jspecify.annotations.NullMarked;
