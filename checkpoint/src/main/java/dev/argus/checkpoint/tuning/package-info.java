/** What was measured to be the fastest way to run a checkpoint on a machine. */
@NullMarked
package dev.argus.checkpoint.tuning;

import org.jspecify.annotations.NullMarked;
