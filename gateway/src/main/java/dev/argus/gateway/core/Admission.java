package dev.argus.gateway.core;

import dev.argus.base.failure.Overloaded;
import dev.argus.base.tenant.Tenant;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Limits what is served at a time, in all and for each tenant: requests, and prompt tokens that
 * wait for their first answer. Thread-safe.
 *
 * <p>There is no queue here. The stages have queues, the decoder's ordered by arrival and priority;
 * one more in front would only hide how full they are. Whoever is over a limit is told at once, and
 * when to come back: after the time that a place is held on average, over the places that are
 * taken.
 */
public final class Admission {
  private final AdmissionLimits limits;
  private final LongSupplier nanoClock;

  // All guarded by this.
  private final Usage total;
  private final Map<Tenant, Usage> tenants = new HashMap<>();
  private final HoldTime requestTime = new HoldTime();
  private final HoldTime promptTime = new HoldTime();

  /**
   * @param nanoClock monotonic time in nanoseconds
   */
  public Admission(AdmissionLimits limits, LongSupplier nanoClock) {
    this.limits = limits;
    this.nanoClock = nanoClock;
    this.total = new Usage(limits.requests(), limits.queuedTokens());
  }

  /**
   * Takes a place, which the caller closes once.
   *
   * @param tenant whose request it is
   * @throws Overloaded when all are taken, or all of the tenant's
   */
  public synchronized Place enter(Tenant tenant) {
    refuseRequest(total, "The gateway is serving its limit of %d requests");
    Usage own = tenants.get(tenant);
    if (own == null) {
      own = new Usage(limits.requestsPerTenant(), limits.queuedTokensPerTenant());
    } else {
      refuseRequest(own, "The tenant has its limit of %d requests being served");
    }
    tenants.put(tenant, own);
    total.requests++;
    own.requests++;
    return new Place(tenant, own);
  }

  /** Requests being served. */
  public synchronized int active() {
    return total.requests;
  }

  /** Prompt tokens that wait for their first answer. */
  public synchronized int queuedTokens() {
    return total.tokens;
  }

  /** Tenants with requests being served. */
  synchronized int activeTenants() {
    return tenants.size();
  }

  private void refuseRequest(Usage usage, String message) {
    if (usage.requests >= usage.requestLimit) {
      throw new Overloaded(
          message.formatted(usage.requestLimit), requestTime.untilOneEnds(usage.requests));
    }
  }

  private void refuseTokens(Usage usage, int tokens, String message) {
    // One that is alone over the limit would otherwise never be served.
    if (usage.tokens > 0 && tokens > usage.tokenLimit - usage.tokens) {
      throw new Overloaded(
          message.formatted(usage.tokens, usage.tokenLimit),
          promptTime.untilOneEnds(usage.prompts));
    }
  }

  /** The right to be served. Thread-safe. */
  public final class Place implements AutoCloseable {
    private final Tenant tenant;
    private final Usage own;
    private final long enteredNanos = nanoClock.getAsLong();
    private int tokens; // 0 when its prompt does not wait
    private long promptNanos;

    private Place(Tenant tenant, Usage own) {
      this.tenant = tenant;
      this.own = own;
    }

    /**
     * The prompt is known, and waits from now on.
     *
     * @param promptTokens its length, at least 1
     * @throws Overloaded when with it too many tokens would wait
     */
    public void promptQueued(int promptTokens) {
      synchronized (Admission.this) {
        refuseTokens(total, promptTokens, "%d prompt tokens wait, of at most %d");
        refuseTokens(own, promptTokens, "%d prompt tokens of the tenant wait, of at most %d");
        tokens = promptTokens;
        promptNanos = nanoClock.getAsLong();
        total.queue(promptTokens);
        own.queue(promptTokens);
      }
    }

    /** The first token is there: the prompt waits no more. Does nothing when called again. */
    public void promptAnswered() {
      synchronized (Admission.this) {
        if (tokens > 0) {
          promptTime.ended(nanoClock.getAsLong() - promptNanos);
          leaveQueue();
        }
      }
    }

    @Override
    public void close() {
      synchronized (Admission.this) {
        leaveQueue();
        requestTime.ended(nanoClock.getAsLong() - enteredNanos);
        total.requests--;
        own.requests--;
        if (own.requests == 0) {
          tenants.remove(tenant);
        }
      }
    }

    private void leaveQueue() {
      if (tokens > 0) {
        total.queue(-tokens);
        own.queue(-tokens);
        tokens = 0;
      }
    }
  }

  /** What is taken, and what there is. */
  private static final class Usage {
    private final int requestLimit;
    private final int tokenLimit;
    private int requests;
    private int prompts;
    private int tokens;

    Usage(int requestLimit, int tokenLimit) {
      this.requestLimit = requestLimit;
      this.tokenLimit = tokenLimit;
    }

    /** Counts a prompt's tokens, or uncounts them where they are negative. */
    void queue(int promptTokens) {
      tokens += promptTokens;
      prompts += Integer.signum(promptTokens);
    }
  }

  /** How long something is held: a moving average that begins at a second. */
  private static final class HoldTime {
    private static final double NEWEST = 0.1;
    private static final double SHORTEST_NANOS = 50e6;
    private static final double LONGEST_NANOS = 30e9;

    private double nanos = 1e9;

    void ended(long heldNanos) {
      nanos += NEWEST * (heldNanos - nanos);
    }

    /**
     * @param held how many there are, at least 1
     */
    Duration untilOneEnds(int held) {
      return Duration.ofNanos((long) Math.clamp(nanos / held, SHORTEST_NANOS, LONGEST_NANOS));
    }
  }
}
