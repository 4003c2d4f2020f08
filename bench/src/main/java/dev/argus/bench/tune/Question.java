package dev.argus.bench.tune;

import dev.argus.base.failure.InvalidInput;
import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.prompt.ChatMessage;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.preprocess.core.image.ImageFile;
import dev.argus.preprocess.core.image.RgbImage;
import dev.argus.preprocess.core.image.UnreadableImage;
import dev.argus.preprocess.core.tile.StepwiseTiler;
import dev.argus.preprocess.core.tile.Tiler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A question about a picture, prepared as the preprocess service prepares it.
 *
 * @param layout the prompt's tokens, and where visual tokens go
 * @param tiles uint8 RGB, {@code [side, side, 3]} each
 */
record Question(PromptLayout layout, List<ByteBuffer> tiles) {
  private static final String TEXT = "Describe this image.";

  /**
   * Asks for a description.
   *
   * @throws InvalidInput if the picture cannot be read
   */
  static Question about(Path file, Checkpoint checkpoint) {
    RgbImage picture = read(file);
    ChatMessage message =
        new ChatMessage(
            ChatMessage.Role.USER,
            List.of(
                new ChatMessage.Picture(picture.width(), picture.height(), Detail.AUTO),
                new ChatMessage.Text(TEXT)));
    Prompt prompt = checkpoint.prompts().build(List.of(message));
    List<ByteBuffer> tiles = new ArrayList<>();
    try (Tiler tiler = new StepwiseTiler(prompt.plans().getFirst(), picture)) {
      tiler.forEachRemaining(tile -> tiles.add(ByteBuffer.wrap(tile.pixels())));
    }
    return new Question(prompt.layout(), tiles);
  }

  private static RgbImage read(Path file) {
    try {
      return ImageFile.parse(Files.readAllBytes(file)).decode();
    } catch (UnreadableImage | IOException e) {
      throw new InvalidInput(
          file.toString(), e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }
}
