package dev.argus.checkpoint.random;

import dev.argus.checkpoint.random.TokenizerPlan.Style;
import java.util.List;

/** The tokenizers of published models, as far as their special tokens' ids go. */
final class PublishedTokenizers {
  /** SmolLM2's; these are ids 0 to 16. */
  private static final List<AddedToken> SMOLLM2 =
      AddedToken.special(
          "<|endoftext|>",
          "<|im_start|>",
          "<|im_end|>",
          "<repo_name>",
          "<reponame>",
          "<file_sep>",
          "<filename>",
          "<gh_stars>",
          "<issue_start>",
          "<issue_comment>",
          "<issue_closed>",
          "<jupyter_start>",
          "<jupyter_text>",
          "<jupyter_code>",
          "<jupyter_output>",
          "<jupyter_script>",
          "<empty_output>");

  private static final int SMOLLM2_LEARNED = 49_152 - 256 - SMOLLM2.size();
  private static final int QWEN2_LEARNED = 151_643 - 256;

  private PublishedTokenizers() {}

  /** SmolVLM's of 256M and 500M: 49,280 tokens, a place's token for each of 6 x 6 tiles. */
  static TokenizerPlan smolVlm() {
    return smolLm2(
        List.of(
            AddedToken.special("<global-img>"),
            AddedToken.tilePlaces(),
            AddedToken.special("<fake_token_around_image>", "<image>"),
            AddedToken.numbered("<|reserved_special_token_%d|>", 88, true),
            AddedToken.special("<end_of_utterance>")));
  }

  /** As {@link #smolVlm}, with fewer learned tokens: so many tokens in all. */
  static TokenizerPlan tiny(int tokens) {
    return smolVlm().withTokens(tokens);
  }

  /** SmolVLM's of 2.2B: 49,155 tokens; the places of tiles are ordinary text. */
  static TokenizerPlan smolVlm2B() {
    return smolLm2(
        List.of(AddedToken.special("<fake_token_around_image>", "<image>", "<end_of_utterance>")));
  }

  /** As SmolVLM's, with Argus's own tokens in reserved places, and then the location tokens. */
  static TokenizerPlan argus(int locations) {
    return smolLm2(
        List.of(
            AddedToken.special("<global-img>"),
            AddedToken.tilePlaces(),
            AddedToken.special("<fake_token_around_image>", "<image>", "<img>", "</img>"),
            AddedToken.numbered("<|reserved_special_token_%d|>", 86, true),
            AddedToken.special("<end_of_utterance>"),
            AddedToken.numbered("<loc_%d>", locations, false)));
  }

  /** InternVL3's, which is Qwen2.5's: 151,674 tokens. */
  static TokenizerPlan internVl3() {
    return new TokenizerPlan(
        Style.QWEN2,
        List.of(),
        QWEN2_LEARNED,
        joined(
            List.of(
                AddedToken.special(
                    "<|endoftext|>",
                    "<|im_start|>",
                    "<|im_end|>",
                    "<|object_ref_start|>",
                    "<|object_ref_end|>",
                    "<|box_start|>",
                    "<|box_end|>",
                    "<|quad_start|>",
                    "<|quad_end|>",
                    "<|vision_start|>",
                    "<|vision_end|>",
                    "<|vision_pad|>",
                    "<|image_pad|>",
                    "<|video_pad|>"),
                AddedToken.ordinary(
                    "<tool_call>",
                    "</tool_call>",
                    "<|fim_prefix|>",
                    "<|fim_middle|>",
                    "<|fim_suffix|>",
                    "<|fim_pad|>",
                    "<|repo_name|>",
                    "<|file_sep|>"),
                AddedToken.special(
                    "<img>",
                    "</img>",
                    "<IMG_CONTEXT>",
                    "<quad>",
                    "</quad>",
                    "<ref>",
                    "</ref>",
                    "<box>",
                    "</box>"))));
  }

  private static TokenizerPlan smolLm2(List<List<AddedToken>> added) {
    return new TokenizerPlan(Style.SMOLLM2, SMOLLM2, SMOLLM2_LEARNED, joined(added));
  }

  private static List<AddedToken> joined(List<List<AddedToken>> parts) {
    return parts.stream().flatMap(List::stream).toList();
  }
}
