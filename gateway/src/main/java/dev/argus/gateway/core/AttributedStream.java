package dev.argus.gateway.core;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.base.failure.WrongCheckpoint;
import java.util.function.Supplier;

/**
 * Tells a stage's failures apart by whose fault they are. What a stage says to the gateway is not
 * always what the gateway can say to its client: a tile that the encoder calls malformed is no
 * mistake of the client's, and a model that one stage does not know is a mistake of the
 * configuration.
 */
final class AttributedStream implements StageStream {
  private final StageName stage;
  private final StageStream stream;

  AttributedStream(StageName stage, StageStream stream) {
    this.stage = stage;
    this.stream = stream;
  }

  @Override
  public void send(Object message) {
    attributed(() -> {
      stream.send(message);
      return message;
    });
  }

  @Override
  public void halfClose() {
    stream.halfClose();
  }

  @Override
  public StageEvent next() {
    return attributed(stream::next);
  }

  @Override
  public void cancel(ArgusException reason) {
    stream.cancel(reason);
  }

  private <T> T attributed(Supplier<T> call) {
    try {
      return call.get();
    } catch (ArgusException e) {
      throw forClient(e);
    }
  }

  private ArgusException forClient(ArgusException failure) {
    return switch (failure) {
      case InvalidInput wrong when !namesClientsField(wrong) -> fault("refused a message", wrong);
      case NotFound missing -> fault("is configured differently", missing);
      case WrongCheckpoint other -> fault("is configured differently", other);
      case Cancelled broken ->
          new Upstream("The " + stage.title() + " broke off: " + broken.getMessage(), broken);
      case InvalidInput _, Overloaded _, DeadlineExpired _, ModelFault _, Upstream _ -> failure;
    };
  }

  private boolean namesClientsField(InvalidInput wrong) {
    return switch (stage) {
      case PREPROCESS -> true;
      case ENCODER -> false;
      case DECODER ->
          wrong.field().startsWith("sampling")
              || wrong.field().startsWith("messages")
              || wrong.field().startsWith("response_format")
              || wrong.field().equals("priority");
    };
  }

  private ModelFault fault(String what, ArgusException failure) {
    return new ModelFault(
        "The " + stage.title() + " " + what + ": " + failure.getMessage(), failure);
  }
}
