package dev.argus.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.argus.base.failure.Overloaded;
import dev.argus.base.tenant.Tenant;
import dev.argus.gateway.core.Admission.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {
  private final AtomicLong clock = new AtomicLong();
  private final Admission admission = new Admission(new AdmissionLimits(3, 2, 100, 60), clock::get);

  @Test
  void refusesMoreRequestsThanAllowed() {
    enter("a");
    enter("a");
    Place last = enter("b");
    assertThatThrownBy(() -> enter("c"))
        .isInstanceOf(Overloaded.class)
        .hasMessage("The gateway is serving its limit of 3 requests");

    last.close();
    enter("c").close();
  }

  @Test
  void refusesATenantWhileOthersAreLetIn() {
    enter("a");
    Place second = enter("a");
    assertThatThrownBy(() -> enter("a"))
        .isInstanceOf(Overloaded.class)
        .hasMessage("The tenant has its limit of 2 requests being served");
    enter("b");
    second.close();
    enter("a");
  }

  @Test
  void refusesMoreQueuedTokensThanAllowed() {
    Place first = enter("a");
    first.promptQueued(60);
    Place second = enter("b");
    assertThatThrownBy(() -> second.promptQueued(41))
        .isInstanceOf(Overloaded.class)
        .hasMessage("60 prompt tokens wait, of at most 100");

    second.promptQueued(40);
    assertThat(admission.queuedTokens()).isEqualTo(100);
    first.promptAnswered();
    first.promptAnswered();
    assertThat(admission.queuedTokens()).isEqualTo(40);
    second.close();
    assertThat(admission.queuedTokens()).isZero();
  }

  @Test
  void refusesMoreOfATenantsQueuedTokensThanAllowed() {
    enter("a").promptQueued(50);
    Place more = enter("a");
    assertThatThrownBy(() -> more.promptQueued(11))
        .isInstanceOf(Overloaded.class)
        .hasMessage("50 prompt tokens of the tenant wait, of at most 60");
    more.promptQueued(10);
  }

  @Test
  void letsOnePromptInThatIsAloneOverTheLimit() {
    enter("a").promptQueued(1000);
    assertThat(admission.queuedTokens()).isEqualTo(1000);
    Place other = enter("b");
    assertThatThrownBy(() -> other.promptQueued(1)).isInstanceOf(Overloaded.class);
  }

  @Test
  void hintsAtWhenAPlaceComesFree() {
    for (int i = 0; i < 100; i++) {
      Place place = enter("a");
      clock.addAndGet(Duration.ofSeconds(6).toNanos());
      place.close();
    }
    enter("a");
    enter("a");
    enter("b");
    Overloaded all = catchThrowableOfType(Overloaded.class, () -> enter("c"));
    assertThat(all.retryAfter()).isBetween(Duration.ofMillis(1990), Duration.ofMillis(2000));
    Overloaded own = catchThrowableOfType(Overloaded.class, () -> enter("a"));
    assertThat(own.retryAfter()).isBetween(Duration.ofMillis(1990), Duration.ofMillis(2000));
  }

  @Test
  void refusesLimitsThatLetNothingIn() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AdmissionLimits(1, 1, 1, 0))
        .withMessage("argus.gateway.max-queued-tokens-per-tenant must be 1 or more");
  }

  /** Whatever happens in which order: never over a limit, and nothing is left in the end. */
  @Test
  void countsNothingTwiceAndForgetsNothing() {
    Random random = new Random(4);
    List<Place> open = new ArrayList<>();
    Map<Place, String> tenants = new HashMap<>();
    for (int event = 0; event < 20_000; event++) {
      clock.addAndGet(random.nextInt(1_000_000));
      if (random.nextBoolean() || open.isEmpty()) {
        String tenant = "t" + random.nextInt(3);
        try {
          Place place = enter(tenant);
          open.add(place);
          tenants.put(place, tenant);
          place.promptQueued(1 + random.nextInt(50));
        } catch (Overloaded refused) {
          assertThat(refused.retryAfter()).isPositive();
        }
      } else {
        Place place = open.get(random.nextInt(open.size()));
        if (random.nextBoolean()) {
          place.promptAnswered();
        } else {
          open.remove(place);
          tenants.remove(place);
          place.close();
        }
      }
      assertThat(admission.active()).isEqualTo(open.size()).isLessThanOrEqualTo(3);
      assertThat(admission.queuedTokens()).isBetween(0, 100);
      assertThat((long) admission.activeTenants())
          .isEqualTo(tenants.values().stream().distinct().count());
    }
    open.forEach(Place::close);
    assertThat(admission.active()).isZero();
    assertThat(admission.queuedTokens()).isZero();
    assertThat(admission.activeTenants()).isZero();
  }

  private Place enter(String tenant) {
    return admission.enter(new Tenant(tenant));
  }
}
