package dev.argus.encoder.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoundRobinTest {
  private final RoundRobin<String, String> queue = new RoundRobin<>();

  @Test
  void ownersTakeTurns() {
    add("a", 3);
    add("b", 1);
    add("c", 2);

    assertThat(queue.take(4)).containsExactly("a0", "b0", "c0", "a1");
    assertThat(queue.take(9)).containsExactly("c1", "a2");
    assertThat(queue.take(1)).isEmpty();
    assertThat(queue.size()).isZero();
  }

  @Test
  void anOwnerWhoComesLateWaitsForOneItemOfEachOther() {
    add("a", 100);
    assertThat(queue.take(2)).containsExactly("a0", "a1");
    add("b", 1);

    assertThat(queue.take(2)).containsExactly("a2", "b0");
  }

  @Test
  void removingAnOwnerDropsItsItemsOnly() {
    add("a", 2);
    add("b", 2);

    queue.remove("a");
    queue.remove("nobody");

    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.owners()).isEqualTo(List.of("b"));
    assertThat(queue.take(9)).containsExactly("b0", "b1");
  }

  private void add(String owner, int items) {
    for (int i = 0; i < items; i++) {
      queue.add(owner, owner + i);
    }
  }
}
