@NullMarked
package dev.argus.bench.serve;

import org.jspecify.annotations.NullMarked;
