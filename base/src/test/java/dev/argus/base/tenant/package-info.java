@NullMarked
package dev.argus.base.tenant;

import org.jspecify.annotations.NullMarked;
