/** Binding stages to a server. */
@NullMarked
package dev.argus.service.server;

import org.jspecify.annotations.NullMarked;
