/** What decides how many replicas there are, as Kubernetes does it for the chart. */
@NullMarked
package dev.argus.bench.simulate.scale;

import org.jspecify.annotations.NullMarked;
