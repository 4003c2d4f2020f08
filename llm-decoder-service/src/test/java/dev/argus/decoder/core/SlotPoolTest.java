package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class SlotPoolTest {
  private final SlotPool pool = new SlotPool(3);

  @Test
  void handsOutEverySlotOnce() {
    assertThat(pool.acquire()).isEqualTo(0);
    assertThat(pool.acquire()).isEqualTo(1);
    assertThat(pool.acquire()).isEqualTo(2);
    assertThat(pool.used()).isEqualTo(3);
    assertThat(pool.free()).isZero();
    assertThatThrownBy(pool::acquire).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void handsOutFirstWhatHasBeenFreeLongest() {
    for (int i = 0; i < 3; i++) {
      pool.acquire();
    }
    pool.release(1);
    pool.release(0);
    pool.releaseFirst(2);

    assertThat(pool.acquire()).isEqualTo(2);
    assertThat(pool.acquire()).isEqualTo(1);
    assertThat(pool.acquire()).isEqualTo(0);
  }

  @Test
  void handsOutACertainSlot() {
    assertThat(pool.acquire(1)).isEqualTo(1);
    assertThat(pool.isFree(1)).isFalse();
    assertThat(pool.acquire()).isEqualTo(0);
    assertThat(pool.acquire()).isEqualTo(2);
    assertThatThrownBy(() -> pool.acquire(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesASlotThatNobodyHolds() {
    assertThatThrownBy(() -> pool.release(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pool.releaseFirst(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> pool.release(3)).isInstanceOf(IllegalStateException.class);
  }
}
