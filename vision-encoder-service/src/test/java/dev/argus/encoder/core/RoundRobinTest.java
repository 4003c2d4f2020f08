package dev.argus.encoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
  private final RoundRobin<String, String> queue = new RoundRobin<>();

  @Test
  void ownersTakeTurns() {
    add("a", 3);
    add("b", 1);
    add("c", 2);

    assertThat(take(4)).containsExactly("a0", "b0", "c0", "a1");
    assertThat(take(9)).containsExactly("c1", "a2");
    assertThat(take(1)).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @Test
  void anOwnerWhoComesLateWaitsForOneItemOfEachOther() {
    add("a", 100);
    assertThat(take(2)).containsExactly("a0", "a1");
    add("b", 1);

    assertThat(take(2)).containsExactly("a2", "b0");
  }

  @Test
  void removingAnOwnerDropsItsItemsOnly() {
    add("a", 2);
    add("b", 2);

    queue.remove("a");
    queue.remove("nobody");

    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.owners()).isEqualTo(List.of("b"));
    assertThat(take(9)).containsExactly("b0", "b1");
  }

  @Test
  void itemsAreFoundWhereverTheyStandAndNobodysTurnChanges() {
    add("a", 3);
    add("b", 1);
    add("c", 2);

    assertThat(queue.takeAll(item -> item.endsWith("0"))).containsExactly("a0", "b0", "c0");
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.owners()).isEqualTo(List.of("a", "c"));
    assertThat(take(9)).containsExactly("a1", "c1", "a2");
  }

  @Test
  void tellsWhatIsTakenNext() {
    add("a", 3);
    add("b", 1);
    add("c", 2);

    assertThat(queue.next(4)).containsExactly("a0", "b0", "c0", "a1");
    assertThat(queue.next(9)).isEqualTo(take(9)).hasSize(6);
    assertThat(queue.next(1)).isEmpty();
  }

  private List<String> take(int most) {
    List<String> taken = new ArrayList<>();
    while (taken.size() < most && queue.size() > 0) {
      taken.add(queue.take());
    }
    return taken;
  }

  private void add(String owner, int items) {
    for (int i = 0; i < items; i++) {
      queue.add(owner, owner + i);
    }
  }
}
