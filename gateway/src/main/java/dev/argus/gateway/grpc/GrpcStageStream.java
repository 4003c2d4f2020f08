package dev.argus.gateway.grpc;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.Upstream;
import dev.argus.gateway.core.StageEvent;
import dev.argus.gateway.core.StageStream;
import dev.argus.service.wire.ClientStream;
import java.util.function.Function;

/**
 * A call to a stage, as the orchestration sees it.
 *
 * @param call the open call
 * @param request wraps a message of another stage into this one's request
 * @param event reads a response
 */
record GrpcStageStream<Q, R>(
    ClientStream<Q, R> call, Function<Object, Q> request, Function<R, StageEvent> event)
    implements StageStream {

  @Override
  public void send(Object message) {
    try {
      call.send(request.apply(message));
    } catch (Cancelled e) {
      if (!call.ended()) {
        throw e;
      }
    }
  }

  @Override
  public void halfClose() {
    call.halfClose();
  }

  @Override
  public StageEvent next() {
    return call.next()
        .map(event)
        .orElseThrow(() -> new Upstream("A stage ended its stream before its work", null));
  }

  @Override
  public void cancel(ArgusException reason) {
    call.cancel(reason);
  }
}
