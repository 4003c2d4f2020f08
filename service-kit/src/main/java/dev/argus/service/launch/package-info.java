/** Starts one stage as a process: configuration checked, one ready line, graceful end. */
@NullMarked
package dev.argus.service.launch;

import org.jspecify.annotations.NullMarked;
