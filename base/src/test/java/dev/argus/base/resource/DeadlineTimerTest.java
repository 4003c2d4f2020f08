package dev.argus.base.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlineTimerTest {
  @Test
  void letsGoOfWhatIsCalledOff() {
    try (ScheduledExecutorService timer = DeadlineTimer.start("test")) {
      timer.schedule(() -> {}, 1, TimeUnit.HOURS).cancel(/* mayInterruptIfRunning= */ false);

      assertThat(((ScheduledThreadPoolExecutor) timer).getQueue()).isEmpty();
    }
  }
}
