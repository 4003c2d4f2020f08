/**
 * {@code argus bench binding}: what a run costs beside the work of its graph, and whether binding
 * and running leave anything behind. Depends on the runtime.
 */
@NullMarked
package dev.argus.bench.binding;

import org.jspecify.annotations.NullMarked;
