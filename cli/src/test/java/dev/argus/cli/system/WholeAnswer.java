package dev.argus.cli.system;

import dev.argus.cli.client.Answerer;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A whole answer.
 *
 * @param ids all generated tokens
 */
record WholeAnswer(List<Integer> ids, String text, Completion completion) {

  /** Asks, and waits for the end of the answer. */
  static WholeAnswer to(GenerateRequest request, Channel gateway) {
    return to(request, gateway, event -> {});
  }

  /** As above; {@code events} hears of every event as it comes. */
  static WholeAnswer to(
      GenerateRequest request, Channel gateway, Consumer<GenerateResponse> events) {
    List<Integer> ids = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    Consumer<GenerateResponse> collect =
        event -> {
          ids.addAll(event.getToken().getIdsList());
          text.append(event.getToken().getText());
        };
    Completion completion = new Answerer(gateway).answer(request, events.andThen(collect));
    return new WholeAnswer(ids, text.toString(), completion);
  }
}
