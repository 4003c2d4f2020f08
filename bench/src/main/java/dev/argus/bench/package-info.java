/**
 * The {@code argus bench} commands. They drive the classes that serve, and depend on all other
 * modules; nothing depends on them.
 */
@NullMarked
package dev.argus.bench;

import org.jspecify.annotations.NullMarked;
