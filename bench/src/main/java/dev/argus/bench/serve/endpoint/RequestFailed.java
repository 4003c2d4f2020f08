package dev.argus.bench.serve.endpoint;

/** A request that got no whole answer. */
public final class RequestFailed extends Exception {
  private final String kind;

  /**
   * @param kind what failures are counted by, such as {@code RESOURCE_EXHAUSTED} or {@code HTTP
   *     429}; few different ones
   * @param message what the server, or the network, said
   */
  public RequestFailed(String kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What failures are counted by. */
  public String kind() {
    return kind;
  }

  /** What the server, or the network, said. */
  public String details() {
    String message = getMessage();
    return message == null ? kind : message;
  }
}
