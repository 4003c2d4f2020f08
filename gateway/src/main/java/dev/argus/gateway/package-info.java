/** The gateway: the public API in front of the three stages. */
@NullMarked
package dev.argus.gateway;

import org.jspecify.annotations.NullMarked;
