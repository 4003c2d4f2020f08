package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SlotPoolTest {
  private final SlotPool pool = new SlotPool(2);

  @Test
  void handsOutEverySlotOnce() {
    assertThat(pool.acquire()).hasValue(0);
    assertThat(pool.acquire()).hasValue(1);
    assertThat(pool.acquire()).isEmpty();
    assertThat(pool.used()).isEqualTo(2);
    assertThat(pool.free()).isZero();
  }

  @Test
  void handsOutASlotAgainThatCameBack() {
    pool.acquire();
    pool.acquire();
    pool.release(0);
    assertThat(pool.free()).isEqualTo(1);
    assertThat(pool.acquire()).hasValue(0);
  }

  @Test
  void refusesASlotThatNobodyHolds() {
    assertThatThrownBy(() -> pool.release(1)).isInstanceOf(IllegalStateException.class);
  }
}
