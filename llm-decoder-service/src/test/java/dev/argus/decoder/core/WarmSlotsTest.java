package dev.argus.decoder.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.decoder.core.LanguageModel.PrefillChunk;
import dev.argus.decoder.core.WarmSlots.Lease;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmSlotsTest {
  private final List<String> calls = new ArrayList<>();
  private final FakeModel model = new FakeModel(3, 200, 50);
  private final WarmSlots slots = new WarmSlots(model, true);

  WarmSlotsTest() {
    model.beforeCall(calls::add);
  }

  @Test
  void takesOverASlotThatWasGivenBack() {
    int slot = readAll(prompt(20, 0));
    slots.release(slot);

    assertThat(slots.acquire(prompt(30, 0))).isEqualTo(new Lease(slot, 20));
    assertThat(calls).containsExactly("prefill 20");
  }

  @Test
  void copiesFromASlotThatIsHeld() {
    int slot = readAll(prompt(20, 0));

    Lease lease = slots.acquire(prompt(30, 0));

    assertThat(lease.slot()).isNotEqualTo(slot);
    assertThat(lease.reused()).isEqualTo(20);
    assertThat(calls).containsExactly("prefill 20", "copy 20");
  }

  @Test
  void copiesALittleRatherThanLosingMuch() {
    int slot = readAll(prompt(100, 0));
    slots.release(slot);

    Lease lease = slots.acquire(prompt(100, 10));

    assertThat(lease.slot()).isNotEqualTo(slot);
    assertThat(lease.reused()).isEqualTo(10);
    slots.release(lease.slot());
    assertThat(slots.acquire(prompt(100, 0))).isEqualTo(new Lease(slot, 98));
  }

  @Test
  void leavesTwoTokensToBeRead() {
    slots.release(readAll(prompt(20, 0)));
    Lease lease = slots.acquire(prompt(20, 0));
    assertThat(lease.reused()).isEqualTo(18);
    slots.release(lease.slot());
    assertThat(slots.acquire(prompt(2, 0)).reused()).isZero();
    assertThat(slots.acquire(prompt(1, 0)).reused()).isZero();
  }

  @Test
  void needsWhatHasBeenWarmLongest() {
    int first = readAll(prompt(20, 1));
    int second = readAll(prompt(20, 2));
    int third = readAll(prompt(20, 3));
    slots.release(second);
    slots.release(first);
    slots.release(third);

    assertThat(slots.acquire(prompt(20, 4)).slot()).isEqualTo(second);
    assertThat(slots.acquire(prompt(30, 1)).slot()).isEqualTo(first);
  }

  @Test
  void needsAnEmptySlotBeforeAWarmOne() {
    int warm = readAll(prompt(20, 1));
    slots.release(warm);
    int empty = slots.acquire(prompt(20, 2)).slot();
    slots.release(empty);

    assertThat(slots.acquire(prompt(20, 3)).slot()).isEqualTo(empty);
  }

  @Test
  void extendsWhatAnotherHasReadMeanwhile() {
    Prompt prompt = prompt(40, 0);
    int first = slots.acquire(prompt).slot();
    int second = slots.acquire(prompt).slot();
    assertThat(slots.extend(second, prompt, 0)).isZero();
    read(first, prompt, 25);

    assertThat(slots.extend(second, prompt, 0)).isEqualTo(25);
    assertThat(slots.extend(second, prompt, 25)).isEqualTo(25);
    assertThat(calls).containsExactly("prefill 25", "copy 25");
  }

  @Test
  void forgets() {
    int slot = readAll(prompt(20, 0));
    slots.forget(slot);
    slots.release(slot);
    assertThat(slots.acquire(prompt(30, 0)).reused()).isZero();
  }

  @Test
  void aFailedCopyTakesNoSlot() {
    readAll(prompt(20, 0));
    model.failNext();

    assertThatThrownBy(() -> slots.acquire(prompt(30, 0))).isInstanceOf(ModelFault.class);

    assertThat(slots.used()).isEqualTo(1);
    assertThat(slots.acquire(prompt(30, 0)).reused()).isEqualTo(20);
  }

  @Test
  void sharesNothingWhenSwitchedOff() {
    WarmSlots off = new WarmSlots(model, false);
    Prompt prompt = prompt(20, 0);
    int slot = off.acquire(prompt).slot();
    off.read(slot, prompt, 20);
    assertThat(off.acquire(prompt).reused()).isZero();
    off.release(slot);
    assertThat(off.acquire(prompt)).isEqualTo(new Lease(slot, 0));
  }

  /** The ids 2, 3, 4 ..., from {@code differsFrom} on other ones, or, at 0, those. */
  private static Prompt prompt(int length, int differsFrom) {
    int[] ids = Prompts.text(length).tokenIds();
    if (differsFrom > 0) {
      Arrays.setAll(ids, i -> i < differsFrom ? ids[i] : 30 + differsFrom % 10);
    }
    return new Prompt("a", new PromptLayout(ids, List.of()), List.of());
  }

  private int readAll(Prompt prompt) {
    int slot = slots.acquire(prompt).slot();
    read(slot, prompt, prompt.length());
    return slot;
  }

  private void read(int slot, Prompt prompt, int length) {
    int[] ids = Arrays.copyOf(prompt.layout().tokenIds(), length);
    model.prefill(new PrefillChunk(slot, 0, ids, List.of()), new float[50]);
    slots.read(slot, prompt, length);
  }
}
