/** Tests of the text of answers. */
@NullMarked
package dev.argus.decoder.core.text;

import org.jspecify.annotations.NullMarked;
