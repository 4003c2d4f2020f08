package dev.argus.gateway.http;

import org.reactivestreams.Publisher;

/** What an HTTP request is answered with. */
public sealed interface Reply {

  /**
   * The whole answer.
   *
   * @param id of the answer
   * @param json the body
   */
  record Whole(String id, String json) implements Reply {}

  /**
   * An answer that has begun.
   *
   * @param id of the answer
   * @param events data of the server-sent events; to be subscribed to once. It never ends with a
   *     failure: one that comes in mid-stream is an event
   */
  record Events(String id, Publisher<String> events) implements Reply {}

  /** No answer. */
  record Refused(ApiError error) implements Reply {}
}
