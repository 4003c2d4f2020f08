package dev.argus.bench.recipes;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.ImageMarkup;
import dev.argus.checkpoint.prompt.MarkupPiece;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.checkpoint.tiling.Size;
import dev.argus.checkpoint.tiling.TilePlan;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Prompts as the reference's processors make them: each picture's placeholder is written out as
 * often as it has visual tokens, and all of the text is tokenized. Thread-safe.
 *
 * @param checkpoint whose prompts they are
 */
record WrittenOutPrompts(Checkpoint checkpoint) {

  /** The prompt of a conversation, the same as the checkpoint's own. */
  Prompt build(List<ChatMessage> messages) {
    List<TilePlan> plans =
        messages.stream()
            .flatMap(message -> message.parts().stream())
            .filter(ChatMessage.Picture.class::isInstance)
            .map(ChatMessage.Picture.class::cast)
            .map(picture ->
                checkpoint
                    .tiling()
                    .plan(new Size(picture.width(), picture.height()), picture.detail()))
            .toList();
    int[] ids = checkpoint.tokenizer().encode(written(messages, plans));
    return new Prompt(new PromptLayout(ids, spans(ids)), plans);
  }

  private String written(List<ChatMessage> messages, List<TilePlan> plans) {
    ImageMarkup markup = checkpoint.architecture().markup();
    String rendered = checkpoint.chatTemplate().render(messages, markup.placeholder());
    Iterator<TilePlan> pictures = plans.iterator();
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (int at = rendered.indexOf(markup.placeholder()); at >= 0; ) {
      text.append(rendered, from, at);
      markup.pieces(pictures.next()).forEach(piece -> text.append(written(piece, markup)));
      from = at + markup.placeholder().length();
      at = rendered.indexOf(markup.placeholder(), from);
    }
    return text.append(rendered, from, rendered.length()).toString();
  }

  private String written(MarkupPiece piece, ImageMarkup markup) {
    return switch (piece) {
      case MarkupPiece.Marker(String token) -> token;
      case MarkupPiece.Place(String text) -> text;
      case MarkupPiece.Break(String text) -> text;
      case MarkupPiece.Tile() ->
          markup.placeholder().repeat(checkpoint.config().vision().visualTokens());
    };
  }

  private List<VisualSpan> spans(int[] ids) {
    int visualTokens = checkpoint.config().vision().visualTokens();
    List<VisualSpan> spans = new ArrayList<>();
    for (int place = 0; place < ids.length; place++) {
      if (ids[place] == checkpoint.config().imageTokenId()) {
        spans.add(new VisualSpan(place, visualTokens));
        place += visualTokens - 1;
      }
    }
    return spans;
  }
}
