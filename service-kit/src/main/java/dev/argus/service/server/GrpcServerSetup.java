package dev.argus.service.server;

import dev.argus.service.StageService;
import dev.argus.service.telemetry.Telemetry;
import io.grpc.ServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * Binds the stage to Micronaut's gRPC server before it starts: the stage is ready by then, so the
 * server never answers for one that is not.
 */
@Singleton
final class GrpcServerSetup implements BeanCreatedEventListener<ServerBuilder<?>> {
  private final StageService stage;
  private final Telemetry telemetry;
  private final ServerConfiguration configuration;

  GrpcServerSetup(StageService stage, Telemetry telemetry, ServerConfiguration configuration) {
    this.stage = stage;
    this.telemetry = telemetry;
    this.configuration = configuration;
  }

  @Override
  public ServerBuilder<?> onCreated(BeanCreatedEvent<ServerBuilder<?>> event) {
    ServerBuilder<?> builder = event.getBean();
    ServerCalls.prepare(builder, telemetry);
    builder.maxInboundMessageSize(configuration.maxMessageBytes());
    builder.permitKeepAliveTime(5, TimeUnit.SECONDS).permitKeepAliveWithoutCalls(true);
    stage.services().forEach(builder::addService);
    if (configuration.reflection()) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    return builder;
  }
}
