/** Load on an endpoint, in a closed or an open loop, and what became of each request. */
@NullMarked
package dev.argus.bench.serve.load;

import org.jspecify.annotations.NullMarked;
