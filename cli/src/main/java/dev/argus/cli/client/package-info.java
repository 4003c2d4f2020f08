/** Asking a gateway, and telling how the answer came about. Knows the public API alone. */
@NullMarked
package dev.argus.cli.client;

import org.jspecify.annotations.NullMarked;
