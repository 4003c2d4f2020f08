/** Digests: what stands for content where it is compared or looked up. Depends on the JDK only. */
@NullMarked
package dev.argus.base.digest;

import org.jspecify.annotations.NullMarked;
