@NullMarked
package dev.argus.bench.serve.endpoint;

import org.jspecify.annotations.NullMarked;
