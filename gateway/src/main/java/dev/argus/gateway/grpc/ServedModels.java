package dev.argus.gateway.grpc;

import dev.argus.base.failure.NotFound;
import java.util.List;

/**
 * The models that can be asked.
 *
 * @param names in the order of the configuration, at least one
 */
record ServedModels(List<String> names) {

  /**
   * The model that a request is for.
   *
   * @param wanted the name it gives; empty for the first
   * @throws NotFound listing the names that are served
   */
  String resolve(String wanted) {
    if (wanted.isEmpty()) {
      return names.getFirst();
    }
    if (!names.contains(wanted)) {
      throw new NotFound(
          "There is no model named \"%s\"; served are: %s"
              .formatted(wanted, String.join(", ", names)));
    }
    return wanted;
  }
}
