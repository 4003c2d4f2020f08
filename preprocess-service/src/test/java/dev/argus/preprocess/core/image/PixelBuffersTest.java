package dev.argus.preprocess.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PixelBuffersTest {
  private final PixelBuffers buffers = new PixelBuffers();

  @AfterEach
  void close() {
    buffers.close();
  }

  @Test
  void lendsTheSameMemoryAgain() {
    var first = buffers.take(4000);
    long address = first.memory().address();
    first.giveBack().run();

    var second = buffers.take(1000);

    assertThat(second.memory().address()).isEqualTo(address);
    assertThat(second.memory().byteSize()).isEqualTo(1000);
    second.giveBack().run();
  }

  @Test
  void neverLendsMemoryThatIsInUse() {
    var first = buffers.take(1000);
    var second = buffers.take(1000);

    assertThat(second.memory().address()).isNotEqualTo(first.memory().address());
    first.giveBack().run();
    second.giveBack().run();
  }

  @Test
  void keepsABoundedAmount() {
    long third = PixelBuffers.MOST_IDLE_BYTES / 3;
    var leases =
        List.of(buffers.take(third), buffers.take(third), buffers.take(third), buffers.take(third));

    leases.forEach(lease -> lease.giveBack().run());

    assertThat(buffers.idleBytes()).isEqualTo(3 * third);
  }

  @Test
  void freesWhatIsGivenBackAfterTheEnd() {
    var lease = buffers.take(1000);
    buffers.close();
    lease.giveBack().run();

    assertThat(buffers.idleBytes()).isZero();
    assertThatThrownBy(() -> lease.memory().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }
}
