package dev.argus.runtime.capi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LifetimeTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final Lifetime lifetime = new Lifetime("it", freed::incrementAndGet);

  @Test
  void closingFreesWhatNobodyUses() {
    lifetime.acquire();
    lifetime.release();
    assertThat(freed).hasValue(0);

    lifetime.close();
    lifetime.close();
    assertThat(freed).hasValue(1);
  }

  @Test
  void theLastUserFreesWhatWasClosed() {
    lifetime.acquire();
    lifetime.acquire();
    lifetime.close();
    lifetime.close();
    lifetime.release();
    assertThat(freed).hasValue(0);

    lifetime.release();
    assertThat(freed).hasValue(1);
  }

  @Test
  void nobodyAcquiresWhatWasClosed() {
    lifetime.requireOpen();
    lifetime.acquire();
    lifetime.close();

    assertThatIllegalStateException().isThrownBy(lifetime::acquire).withMessage("it is closed");
    assertThatIllegalStateException().isThrownBy(lifetime::requireOpen);
    lifetime.release();
    assertThatIllegalStateException().isThrownBy(lifetime::acquire);
    assertThat(freed).hasValue(1);
  }
}
