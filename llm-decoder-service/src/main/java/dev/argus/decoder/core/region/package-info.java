/**
 * Regions in an answer: how a model writes them, and how they are read from its tokens as they
 * come. Depends on the grammar's syntax and on what a checkpoint is.
 */
@NullMarked
package dev.argus.decoder.core.region;

import org.jspecify.annotations.NullMarked;
