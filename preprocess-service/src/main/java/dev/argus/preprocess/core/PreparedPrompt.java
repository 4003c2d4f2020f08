package dev.argus.preprocess.core;

import dev.argus.base.digest.Digest;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.preprocess.core.image.Orientation;
import java.util.List;

/**
 * What is known of a conversation before any pixel is decoded.
 *
 * @param prompt the prompt, and how its pictures are cut
 * @param spans for each span of the prompt's layout, what stands for its visual tokens; see {@link
 *     SpanDigests}
 * @param orientations for each picture, how its file's pixels are turned to stand upright
 */
public record PreparedPrompt(Prompt prompt, List<Digest> spans, List<Orientation> orientations) {}
