package dev.argus.gateway.grpc.routing;

/** Why a call went to the replica that it went to. */
enum PickReason {
  /** It is the best place for the call's key. */
  AFFINITY("affinity"),
  /** The best place was too busy, spared or left out, and this is the next one. */
  OVERFLOW("overflow"),
  /** The call has no key, and this replica has the least to do. */
  FALLBACK("fallback");

  private final String label;

  PickReason(String label) {
    this.label = label;
  }

  /** As metrics name it. */
  String label() {
    return label;
  }
}
