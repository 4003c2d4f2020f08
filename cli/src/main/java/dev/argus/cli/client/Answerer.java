package dev.argus.cli.client;

import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.ListModelsRequest;
import dev.argus.v1.Model;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a gateway, one question at a time.
 *
 * <p>{@link #cancel} may be called from any thread, such as a signal handler's; the rest from one
 * thread.
 */
public final class Answerer {
  private final Channel gateway;
  private final AtomicReference<Context.@Nullable CancellableContext> current =
      new AtomicReference<>();

  /**
   * @param gateway the way to the gateway; stays the caller's to close
   */
  public Answerer(Channel gateway) {
    this.gateway = gateway;
  }

  /**
   * Streams an answer.
   *
   * @param events receives every event as it comes, the completion last
   * @return the completion
   * @throws io.grpc.StatusRuntimeException as {@code argus.v1.GenerationService} says
   */
  public Completion answer(GenerateRequest request, Consumer<GenerateResponse> events) {
    Context.CancellableContext context = Context.current().withCancellation();
    Context previous = context.attach();
    current.set(context);
    try {
      return read(GenerationServiceGrpc.newBlockingStub(gateway).generate(request), events);
    } finally {
      current.set(null);
      context.detach(previous);
      context.close();
    }
  }

  /** The models that can be asked, the default one first. */
  public List<String> models() {
    return GenerationServiceGrpc.newBlockingStub(gateway)
        .listModels(ListModelsRequest.getDefaultInstance())
        .getModelsList()
        .stream()
        .map(Model::getName)
        .toList();
  }

  /** Gives up the answer that is being streamed, if there is one: it fails with CANCELLED. */
  public void cancel() {
    Context.CancellableContext context = current.get();
    if (context != null) {
      context.cancel(null);
    }
  }

  private static Completion read(
      Iterator<GenerateResponse> answer, Consumer<GenerateResponse> events) {
    while (answer.hasNext()) {
      GenerateResponse event = answer.next();
      events.accept(event);
      if (event.hasCompletion()) {
        return event.getCompletion();
      }
    }
    throw Status.INTERNAL
        .withDescription("the server ended the answer without saying how it went")
        .asRuntimeException();
  }
}
