package dev.argus.cli.system;

import dev.argus.cli.client.Answerer;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole answer.
 *
 * @param ids all generated tokens
 */
record WholeAnswer(List<Integer> ids, String text, Completion completion) {

  /** Asks, and waits for the end of the answer. */
  static WholeAnswer to(GenerateRequest request, Channel gateway) {
    List<Integer> ids = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Completion completion =
        new Answerer(gateway)
            .answer(
                request,
                event -> {
                  ids.addAll(event.getToken().getIdsList());
                  text.append(event.getToken().getText());
                });
    return new WholeAnswer(ids, text.toString(), completion);
  }
}
