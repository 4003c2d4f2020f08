package dev.argus.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What every piece of one answer begins with.
 *
 * @param id of the answer
 * @param createdSeconds when the request came, in seconds since 1970
 * @param model that answers
 */
record AnswerHead(String id, long createdSeconds, String model) {

  /**
   * A new object that begins so.
   *
   * @param type OpenAI's name of what it is
   */
  ObjectNode begin(String type) {
    return Json.object()
        .put("id", id)
        .put("object", type)
        .put("created", createdSeconds)
        .put("model", model);
  }
}
