package dev.argus.bench.serve.endpoint;

import dev.argus.cli.client.AnatomyLine;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.Image;
import dev.argus.v1.ListModelsRequest;
import dev.argus.v1.Message;
import dev.argus.v1.Model;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.OptionalInt;

/** Argus's own API. Failures are counted by gRPC's status codes. */
public final class GrpcEndpoint implements Endpoint {
  private static final Duration LISTING = Duration.ofSeconds(10);

  private final Channel gateway;
  private final String model;
  private final Duration timeout;
  private final Runnable end;

  /**
   * @param gateway the way to it
   * @param timeout of one request
   * @param end closes what {@code gateway} leads to
   */
  public GrpcEndpoint(Channel gateway, String model, Duration timeout, Runnable end) {
    this.gateway = gateway;
    this.model = model;
    this.timeout = timeout;
    this.end = end;
  }

  /**
   * The name of the model that a server takes where none is named.
   *
   * @throws StatusRuntimeException if it cannot be asked
   */
  public static String firstModel(Channel gateway) {
    return GenerationServiceGrpc.newBlockingStub(gateway)
        .withDeadlineAfter(LISTING)
        .listModels(ListModelsRequest.getDefaultInstance())
        .getModelsList()
        .stream()
        .map(Model::getName)
        .findFirst()
        .orElseThrow(
            () -> Status.NOT_FOUND.withDescription("the server has no model").asRuntimeException());
  }

  @Override
  public String model() {
    return model;
  }

  @Override
  public Call prepare(Question question) {
    GenerateRequest request = request(question);
    return heard -> listen(request, heard);
  }

  @Override
  public void close() {
    end.run();
  }

  private GenerateRequest request(Question question) {
    Message.Builder message = Message.newBuilder().setRole(Role.ROLE_USER);
    for (PictureFile picture : question.pictures()) {
      message.addContent(Part.newBuilder().setImage(Image.newBuilder().setData(picture.bytes())));
    }
    return GenerateRequest.newBuilder()
        .setModel(model)
        .addMessages(message.addContent(Part.newBuilder().setText(question.text())))
        .setSampling(
            Sampling.newBuilder()
                .setMaxTokens(question.outputTokens())
                .setIgnoreEos(question.ignoreEos()))
        .build();
  }

  private Reply listen(GenerateRequest request, Runnable heard)
      throws RequestFailed, InterruptedException {
    try {
      Iterator<GenerateResponse> answer =
          GenerationServiceGrpc.newBlockingStub(gateway)
              .withDeadlineAfter(timeout)
              .generate(request);
      while (answer.hasNext()) {
        GenerateResponse event = answer.next();
        if (event.getToken().getIdsCount() > 0) {
          heard.run();
        }
        if (event.hasCompletion()) {
          return reply(event.getCompletion());
        }
      }
    } catch (StatusRuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the request was given up");
      }
      throw new RequestFailed(e.getStatus().getCode().name(), details(e.getStatus()));
    }
    throw new RequestFailed("broken answer", "it ended without saying how it went");
  }

  /** What the server said, or what kept it from being reached. */
  private static String details(Status status) {
    String description = Objects.requireNonNullElse(status.getDescription(), "no details");
    Throwable cause = status.getCause();
    return cause == null ? description : "%s: %s".formatted(description, cause.getMessage());
  }

  private static Reply reply(Completion completion) {
    return new Reply(
        OptionalInt.of(completion.getUsage().getPromptTokens()),
        OptionalInt.of(completion.getUsage().getCompletionTokens()),
        AnatomyLine.busyMillis(completion));
  }
}
