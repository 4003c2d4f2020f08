/** Tests of which part knows which. */
@NullMarked
package dev.argus.cli.architecture;

import org.jspecify.annotations.NullMarked;
