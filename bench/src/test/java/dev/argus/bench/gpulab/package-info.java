@NullMarked
package dev.argus.bench.gpulab;

import org.jspecify.annotations.NullMarked;
