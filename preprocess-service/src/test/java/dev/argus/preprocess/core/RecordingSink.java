package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.digest.Digest;
import dev.argus.checkpoint.prompt.Prompt;
import dev.argus.preprocess.core.tile.Tile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what it is given, and checks that it comes in order. */
final class RecordingSink implements PreprocessSink {
  private @Nullable PreparedPrompt prompt;
  private final List<Tile> tiles = new ArrayList<>();
  private volatile int held;
  private int heard;
  private int waits;

  /** From now on so many of the first tiles are held. */
  RecordingSink holding(int heldTiles) {
    held = heldTiles;
    return this;
  }

  /** So many of the first tiles turn out to be held while it is waited for. */
  RecordingSink hearingOfHeldTilesLate(int heldTiles) {
    heard = heldTiles;
    return this;
  }

  @Override
  public void awaitHeldTiles() {
    waits++;
    held = Math.max(held, heard);
  }

  int waits() {
    return waits;
  }

  @Override
  public int heldTiles() {
    return held;
  }

  @Override
  public void prompt(PreparedPrompt given) {
    assertThat(prompt).isNull();
    prompt = given;
  }

  @Override
  public void tile(int index, Tile tile) {
    assertThat(prompt).isNotNull();
    assertThat(index).isEqualTo(held + tiles.size());
    assertThat(tile.pixels()).hasSize(3 * tile.side() * tile.side());
    tiles.add(tile);
  }

  Prompt prompt() {
    if (prompt == null) {
      throw new AssertionError("no prompt came");
    }
    return prompt.prompt();
  }

  List<Digest> spans() {
    return prompt == null ? List.of() : prompt.spans();
  }

  List<Tile> tiles() {
    return tiles;
  }

  List<String> digests() {
    return tiles.stream().map(tile -> Digest.of(tile.pixels()).toString()).toList();
  }
}
