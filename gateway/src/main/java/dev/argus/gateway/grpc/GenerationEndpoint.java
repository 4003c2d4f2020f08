package dev.argus.gateway.grpc;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.tenant.Tenant;
import dev.argus.base.timeline.Timeline;
import dev.argus.service.wire.StreamSender;
import dev.argus.service.wire.StreamingCall;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.ListModelsRequest;
import dev.argus.v1.ListModelsResponse;
import dev.argus.v1.Model;
import io.grpc.stub.StreamObserver;

/** The public API over gRPC. */
public final class GenerationEndpoint extends GenerationServiceGrpc.GenerationServiceImplBase {
  private final Generation generation;
  private final Tenants tenants;

  /**
   * @param generation remains the caller's to close
   * @param tenants intercepts this service's calls
   */
  public GenerationEndpoint(Generation generation, Tenants tenants) {
    this.generation = generation;
    this.tenants = tenants;
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> responses) {
    var list = ListModelsResponse.newBuilder();
    generation.models().forEach(name -> list.addModels(Model.newBuilder().setName(name)));
    responses.onNext(list.build());
    responses.onCompleted();
  }

  @Override
  public void generate(GenerateRequest request, StreamObserver<GenerateResponse> responses) {
    StreamSender<GenerateResponse> client =
        StreamSender.toClient(responses, generation.limits().streams().stall());
    StreamingCall.serve(
        client, _ -> generation.answer(new Asked(request, tenants), new Client(client)));
  }

  private record Asked(GenerateRequest request, Tenants tenants) implements Question {
    @Override
    public Tenant tenant() {
      return tenants.current();
    }

    @Override
    public String model() {
      return request.getModel();
    }

    @Override
    public GenerateRequest complete(Timeline timeline) {
      return request;
    }
  }

  private record Client(StreamSender<GenerateResponse> sender) implements AnswerSink {
    @Override
    public void send(GenerateResponse event) {
      sender.send(event);
    }

    @Override
    public void abort(ArgusException reason) {
      sender.abort(reason);
    }
  }
}
