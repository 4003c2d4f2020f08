/** Messages on the wire: activities, and streams that a virtual thread writes and reads. */
@NullMarked
package dev.argus.service.wire;

import org.jspecify.annotations.NullMarked;
