/** Files that several processes share. Depends on the JDK alone. */
@NullMarked
package dev.argus.base.file;

import org.jspecify.annotations.NullMarked;
