@NullMarked
package dev.argus.bench.serve.load;

import org.jspecify.annotations.NullMarked;
