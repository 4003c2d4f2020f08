/**
 * {@code argus bench soak}: random load with cancellations on all stages in one process, for as
 * long as wanted, and the proof that nothing leaks.
 */
@NullMarked
package dev.argus.bench.soak;

import org.jspecify.annotations.NullMarked;
