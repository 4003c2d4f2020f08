/** Whose request it is. Depends on {@code dev.argus.base.failure}. */
@NullMarked
package dev.argus.base.tenant;

import org.jspecify.annotations.NullMarked;
