/** Tests of the chart. */
@NullMarked
package dev.argus.helm;

import org.jspecify.annotations.NullMarked;
