/** {@code argus simulate}: how autoscaling behaves on machines that nobody has at hand. */
@NullMarked
package dev.argus.bench.simulate;

import org.jspecify.annotations.NullMarked;
