/** The numbers that define a model, read from a checkpoint's JSON files. */
@NullMarked
package dev.argus.checkpoint.config;

import org.jspecify.annotations.NullMarked;
