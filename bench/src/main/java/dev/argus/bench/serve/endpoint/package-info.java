/** Servers that can be asked, whatever protocol they speak, and what they answer. */
@NullMarked
package dev.argus.bench.serve.endpoint;

import org.jspecify.annotations.NullMarked;
