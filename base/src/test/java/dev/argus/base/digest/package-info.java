@NullMarked
package dev.argus.base.digest;

import org.jspecify.annotations.NullMarked;
