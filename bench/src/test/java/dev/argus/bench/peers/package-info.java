@NullMarked
package dev.argus.bench.peers;

import org.jspecify.annotations.NullMarked;
