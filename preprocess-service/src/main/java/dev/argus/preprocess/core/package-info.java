/**
 * From a conversation with pictures to a prompt layout and tiles. Knows no server; depends on
 * {@code base} and {@code checkpoint}.
 */
@NullMarked
package dev.argus.preprocess.core;

import org.jspecify.annotations.NullMarked;
