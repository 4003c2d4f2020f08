/**
 * From token ids to the text of an answer, up to the first stop string. Depends on {@code base}
 * only.
 */
@NullMarked
package dev.argus.decoder.core.text;

import org.jspecify.annotations.NullMarked;
