package dev.argus.checkpoint.prompt;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.config.ModelConfig;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import dev.argus.checkpoint.tiling.Tiling;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * From a conversation to its prompt: renders the chat template, tokenizes the text between
 * pictures, and splices in, where pictures are, ids that are known beforehand.
 *
 * <p>Gives the ids that transformers' processors give, which write out every placeholder and
 * tokenize them all. As there, other special tokens in a text are recognised, whoever wrote them.
 * Thread-safe.
 */
public final class PromptBuilder {
  private final ChatTemplate template;
  private final Tokenizer tokenizer;
  private final Tiling tiling;
  private final ImageBlocks blocks;
  private final String placeholder;
  private final int contextLength;

  /**
   * @throws ModelFault if the tokenizer and the model disagree about the image token
   */
  public PromptBuilder(
      ChatTemplate template,
      Tokenizer tokenizer,
      Tiling tiling,
      ImageMarkup markup,
      ModelConfig config) {
    this.template = template;
    this.tokenizer = tokenizer;
    this.tiling = tiling;
    this.placeholder = markup.placeholder();
    this.contextLength = config.text().contextLength();
    int imageTokenId = tokenizer.addedToken(placeholder).orElse(-1);
    if (imageTokenId != config.imageTokenId()) {
      throw new ModelFault(
          "the tokenizer's id of %s is %d, but image_token_id is %d"
              .formatted(placeholder, imageTokenId, config.imageTokenId()),
          null);
    }
    this.blocks = new ImageBlocks(markup, tokenizer, imageTokenId, config.vision().visualTokens());
  }

  /**
   * The prompt of a conversation whose answer the model is to give.
   *
   * @param messages not empty
   * @throws InvalidInput if a text holds the image placeholder, if a picture needs more tiles than
   *     the model can name, if the prompt leaves no room in the context, or if the chat template
   *     refuses the conversation
   */
  public Prompt build(List<ChatMessage> messages) {
    List<TilePlan> plans = new ArrayList<>();
    List<ImageBlocks.Block> pictures = new ArrayList<>();
    for (int message = 0; message < messages.size(); message++) {
      String field = "messages[" + message + "].content";
      List<ChatMessage.Part> parts = messages.get(message).parts();
      refusePlaceholder(parts, field);
      for (int part = 0; part < parts.size(); part++) {
        if (parts.get(part) instanceof ChatMessage.Picture picture) {
          TilePlan plan =
              tiling.plan(new Size(picture.width(), picture.height()), picture.detail());
          plans.add(plan);
          pictures.add(blocks.block(plan, field + "[" + part + "].image"));
        }
      }
    }
    PromptLayout layout = splice(template.render(messages, placeholder), pictures);
    if (layout.tokenIds().length >= contextLength) {
      throw new InvalidInput(
          "messages",
          "become %d tokens, but prompt and answer have to fit into the model's context of %d"
              .formatted(layout.tokenIds().length, contextLength));
    }
    return new Prompt(layout, List.copyOf(plans));
  }

  private PromptLayout splice(String rendered, List<ImageBlocks.Block> pictures) {
    TokenBuffer ids = new TokenBuffer();
    List<VisualSpan> spans = new ArrayList<>();
    Iterator<ImageBlocks.Block> remaining = pictures.iterator();
    int from = 0;
    int at = rendered.indexOf(placeholder);
    while (at >= 0 && remaining.hasNext()) {
      ids.add(tokenizer.encode(rendered.substring(from, at)));
      ImageBlocks.Block block = remaining.next();
      for (VisualSpan span : block.spans()) {
        spans.add(new VisualSpan(ids.size() + span.position(), span.length()));
      }
      ids.add(block.tokenIds());
      from = at + placeholder.length();
      at = rendered.indexOf(placeholder, from);
    }
    if (at >= 0 || remaining.hasNext()) {
      throw new ModelFault(
          "the chat template does not write one " + placeholder + " for each picture", null);
    }
    ids.add(tokenizer.encode(rendered.substring(from)));
    return new PromptLayout(ids.toArray(), List.copyOf(spans));
  }

  /**
   * A placeholder in a text, even one put together from neighbouring parts, would pass for a
   * picture.
   */
  private void refusePlaceholder(List<ChatMessage.Part> parts, String field) {
    StringBuilder run = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      switch (parts.get(i)) {
        case ChatMessage.Picture _ -> run.setLength(0);
        case ChatMessage.Text text -> {
          if (run.append(text.text()).indexOf(placeholder) >= 0) {
            throw new InvalidInput(
                field + "[" + i + "].text",
                "contains " + placeholder + ", which stands for a picture");
          }
          int overlap = Math.min(run.length(), placeholder.length() - 1);
          run.delete(0, run.length() - overlap);
        }
      }
    }
  }
}
