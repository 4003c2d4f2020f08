@NullMarked
package dev.argus.bench.scenes;

import org.jspecify.annotations.NullMarked;
