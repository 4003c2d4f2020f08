/**
 * The LLM decoder service, put together: {@link dev.argus.decoder.DecoderStage} is what a server
 * binds.
 */
@NullMarked
package dev.argus.decoder;

import org.jspecify.annotations.NullMarked;
