/** Connections to other stages, whatever transport carries them. */
@NullMarked
package dev.argus.service.channel;

import org.jspecify.annotations.NullMarked;
