/**
 * What a checkpoint is. Knows files, arithmetic and graphs; no server, no session. Depends on
 * {@code base} and libraries.
 */
@NullMarked
package dev.argus.checkpoint;

import org.jspecify.annotations.NullMarked;
