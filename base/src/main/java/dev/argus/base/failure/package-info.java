/**
 * What can go wrong, in words that every stage and every protocol shares. Depends on the JDK only.
 */
@NullMarked
package dev.argus.base.failure;

import org.jspecify.annotations.NullMarked;
