/** Tests of the hub client against a hub on loopback. */
@NullMarked
package dev.argus.hub;

import org.jspecify.annotations.NullMarked;
