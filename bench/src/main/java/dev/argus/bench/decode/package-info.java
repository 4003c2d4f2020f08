/**
 * {@code argus bench decode}: what continuous batching brings, what the scheduler costs, and how
 * steady the streams are while a long prompt arrives. Depends on the decoder's core and engine.
 */
@NullMarked
package dev.argus.bench.decode;

import org.jspecify.annotations.NullMarked;
