/** {@code argus bench graphs}: the graphs of a checkpoint beside a standard export of it. */
@NullMarked
package dev.argus.bench.graphs;

import org.jspecify.annotations.NullMarked;
