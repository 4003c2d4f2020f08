/** Where the time of one request goes, stage by stage. Depends on the JDK only. */
@NullMarked
package dev.argus.base.timeline;

import org.jspecify.annotations.NullMarked;
