/** Pictures of where the time of one request went. */
@NullMarked
package dev.argus.cli.anatomy;

import org.jspecify.annotations.NullMarked;
