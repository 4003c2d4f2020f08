@NullMarked
package dev.argus.cli.anatomy;

import org.jspecify.annotations.NullMarked;
