@NullMarked
package dev.argus.preprocess.app;

import org.jspecify.annotations.NullMarked;
