/** Things that have to be closed. Depends on the JDK alone. */
@NullMarked
package dev.argus.base.resource;

import org.jspecify.annotations.NullMarked;
