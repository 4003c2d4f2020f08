package dev.argus.gateway.grpc;

import dev.argus.base.tenant.Tenant;
import dev.argus.gateway.core.PreprocessMessage;
import dev.argus.gateway.core.PreprocessMessage.Begin;
import dev.argus.gateway.core.PreprocessMessage.Held;
import dev.argus.gateway.core.PromptPlan;
import dev.argus.gateway.core.StageStream;
import dev.argus.gateway.core.Stages;
import dev.argus.gateway.grpc.routing.RoutingKey;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.Conversation;
import dev.argus.stage.v1.DecodeHeader;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeServiceGrpc;
import dev.argus.stage.v1.EncodeHeader;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.stage.v1.HeldTiles;
import dev.argus.stage.v1.PreprocessHeader;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.PreprocessServiceGrpc;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Stage;

/**
 * The stages, reached over gRPC for one request. Deadline, cancellation and trace come from the
 * contexts of the thread that opens a stream.
 *
 * <p>Tiles and visual tokens go from one stage's response into the next one's request as the
 * message objects they are: their bytes are neither parsed nor copied here.
 */
final class GrpcStages implements Stages {
  private final StageChannels channels;
  private final StreamLimits limits;
  private final String model;
  private final Tenant tenant;
  private final GenerateRequest request;

  /**
   * @param model the served model that the request is for
   * @param tenant whose it is
   */
  GrpcStages(
      StageChannels channels,
      StreamLimits limits,
      String model,
      Tenant tenant,
      GenerateRequest request) {
    this.channels = channels;
    this.limits = limits;
    this.model = model;
    this.tenant = tenant;
    this.request = request;
  }

  @Override
  public StageStream preprocess() {
    var stub = PreprocessServiceGrpc.newStub(channels.preprocess());
    ClientStream<PreprocessRequest, PreprocessResponse> call =
        ClientStream.open(Stage.STAGE_PREPROCESS, limits, stub::preprocess);
    return new GrpcStageStream<>(call, this::preprocessRequest, StageEvents::of);
  }

  @Override
  public StageStream encode(PromptPlan plan) {
    var stub =
        RoutingKey.on(
            EncodeServiceGrpc.newStub(channels.encoder()),
            RoutingKey.ofTiles(tenant, layout(plan).getLayout()));
    ClientStream<EncodeRequest, EncodeResponse> call =
        ClientStream.open(Stage.STAGE_ENCODER, limits, stub::encode);
    return new GrpcStageStream<>(call, this::encodeRequest, StageEvents::of);
  }

  @Override
  public StageStream decode(PromptPlan plan) {
    var stub =
        RoutingKey.on(
            DecodeServiceGrpc.newStub(channels.decoder()),
            RoutingKey.ofPrefix(tenant, layout(plan).getLayout()));
    ClientStream<DecodeRequest, DecodeResponse> call =
        ClientStream.open(Stage.STAGE_DECODER, limits, stub::decode);
    return new GrpcStageStream<>(call, this::decodeRequest, StageEvents::of);
  }

  private PreprocessRequest preprocessRequest(Object message) {
    var request = PreprocessRequest.newBuilder();
    return switch ((PreprocessMessage) message) {
      case Begin _ -> request.setConversation(conversation()).build();
      case Held held -> request.setHeldTiles(HeldTiles.newBuilder().setTiles(held.tiles())).build();
    };
  }

  private Conversation.Builder conversation() {
    return Conversation.newBuilder()
        .setCheckpoint(CheckpointRef.newBuilder().setModel(model))
        .addAllMessages(request.getMessagesList());
  }

  private EncodeRequest encodeRequest(Object message) {
    var request = EncodeRequest.newBuilder();
    return message instanceof PromptPlan plan
        ? request
            .setHeader(
                EncodeHeader.newBuilder()
                    .setCheckpoint(layout(plan).getCheckpoint())
                    .setTenant(tenant.name()))
            .build()
        : request.setTile((Tile) message).build();
  }

  private DecodeRequest decodeRequest(Object message) {
    return message instanceof PromptPlan plan
        ? DecodeRequest.newBuilder().setHeader(decodeHeader(layout(plan))).build()
        : DecodeRequest.newBuilder().setVisualTokens((VisualTokens) message).build();
  }

  private DecodeHeader decodeHeader(PreprocessHeader prompt) {
    var header =
        DecodeHeader.newBuilder()
            .setCheckpoint(prompt.getCheckpoint())
            .setLayout(prompt.getLayout())
            .setSampling(request.getSampling())
            .setPriority(request.getPriority())
            .setTenant(tenant.name());
    if (request.hasResponseFormat()) {
      header.setResponseFormat(request.getResponseFormat());
    }
    return header.build();
  }

  private static PreprocessHeader layout(PromptPlan plan) {
    return (PreprocessHeader) plan.layout();
  }
}
