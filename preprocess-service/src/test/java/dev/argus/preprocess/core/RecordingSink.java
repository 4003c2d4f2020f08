package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.preprocess.core.tile.Tile;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given, and checks that it comes in order. */
final class RecordingSink implements PreprocessSink {
  private @Nullable Prompt prompt;
  private final List<Tile> tiles = new ArrayList<>();

  @Override
  public void prompt(Prompt given) {
    assertThat(prompt).isNull();
    prompt = given;
  }

  @Override
  public void tile(int index, Tile tile) {
    assertThat(prompt).isNotNull();
    assertThat(index).isEqualTo(tiles.size());
    assertThat(tile.pixels()).hasSize(3 * tile.side() * tile.side());
    tiles.add(tile);
  }

  Prompt prompt() {
    if (prompt == null) {
      throw new AssertionError("no prompt came");
    }
    return prompt;
  }

  List<Tile> tiles() {
    return tiles;
  }

  List<String> digests() {
    return tiles.stream().map(tile -> HexFormat.of().formatHex(tile.digest())).toList();
  }
}
