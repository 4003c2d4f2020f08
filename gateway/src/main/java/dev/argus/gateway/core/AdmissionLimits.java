package dev.argus.gateway.core;

/**
 * How much work a gateway lets in at a time.
 *
 * @param requests being served, 1 or more
 * @param requestsPerTenant of one tenant being served, 1 or more
 * @param queuedTokens prompt tokens of requests that wait for their first token, 1 or more
 * @param queuedTokensPerTenant of one tenant's, 1 or more
 */
public record AdmissionLimits(
    int requests, int requestsPerTenant, int queuedTokens, int queuedTokensPerTenant) {

  /** 256 requests and 262,144 queued prompt tokens, which one tenant may take all. */
  public static final AdmissionLimits DEFAULT = new AdmissionLimits(256, 256, 1 << 18, 1 << 18);

  /**
   * @throws IllegalArgumentException naming the setting that is wrong and what is allowed
   */
  public AdmissionLimits {
    requirePositive(requests, "max-requests");
    requirePositive(requestsPerTenant, "max-requests-per-tenant");
    requirePositive(queuedTokens, "max-queued-tokens");
    requirePositive(queuedTokensPerTenant, "max-queued-tokens-per-tenant");
  }

  private static void requirePositive(int value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException("argus.gateway." + name + " must be 1 or more");
    }
  }
}
