package dev.argus.encoder.core;

import java.nio.ByteBuffer;

/** A tower of another one's sizes, which encodes in its own way. Closes the other with itself. */
public abstract class ForwardingTower implements VisionTower {
  private final VisionTower tower;

  /**
   * @param tower closed with this
   */
  protected ForwardingTower(VisionTower tower) {
    this.tower = tower;
  }

  /** The other. */
  protected final VisionTower tower() {
    return tower;
  }

  @Override
  public final int side() {
    return tower.side();
  }

  @Override
  public final int visualTokens() {
    return tower.visualTokens();
  }

  @Override
  public final int hiddenSize() {
    return tower.hiddenSize();
  }

  @Override
  public final int maxBatch() {
    return tower.maxBatch();
  }

  @Override
  public final boolean stages() {
    return tower.stages();
  }

  @Override
  public final void stage(ByteBuffer tile) {
    tower.stage(tile);
  }

  @Override
  public final void close() {
    tower.close();
  }
}
