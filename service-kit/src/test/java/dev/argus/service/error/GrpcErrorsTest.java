package dev.argus.service.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.v1.Stage;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GrpcErrorsTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(
            new InvalidInput("sampling.top_p", "must be at most 1"), Code.INVALID_ARGUMENT),
        Arguments.of(new NotFound("No model named x"), Code.NOT_FOUND),
        Arguments.of(new WrongCheckpoint("Fingerprints differ"), Code.FAILED_PRECONDITION),
        Arguments.of(new Overloaded("Full", Duration.ofMillis(1500)), Code.RESOURCE_EXHAUSTED),
        Arguments.of(new DeadlineExpired("Too late"), Code.DEADLINE_EXCEEDED),
        Arguments.of(new Cancelled("Gone"), Code.CANCELLED),
        Arguments.of(new ModelFault("Broken", null), Code.INTERNAL),
        Arguments.of(new Upstream("Away", null), Code.UNAVAILABLE));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void everyFailureSurvivesTheWayThereAndBack(ArgusException failure, Code code) {
    StatusRuntimeException sent = GrpcErrors.toStatus(failure);

    assertThat(sent.getStatus().getCode()).isEqualTo(code);
    assertThat(sent.getStatus().getDescription()).startsWith(failure.getMessage());
    assertThat(GrpcErrors.fromStatus(Stage.STAGE_DECODER, sent)).hasSameClassAs(failure);
  }

  @Test
  void theWrongFieldIsNamedOnTheOtherSide() {
    var failure = new InvalidInput("messages[0].content[1].image.data", "is no picture — 写真");

    var received = GrpcErrors.fromStatus(Stage.STAGE_PREPROCESS, GrpcErrors.toStatus(failure));

    assertThat(received)
        .isInstanceOfSatisfying(
            InvalidInput.class,
            wrong -> assertThat(wrong.field()).isEqualTo("messages[0].content[1].image.data"))
        .hasMessage("messages[0].content[1].image.data is no picture — 写真");
  }

  @Test
  void theRetryDelayIsKept() {
    var failure = new Overloaded("Full", Duration.ofMillis(1250));

    var received = GrpcErrors.fromStatus(Stage.STAGE_ENCODER, GrpcErrors.toStatus(failure));

    assertThat(received)
        .isInstanceOfSatisfying(
            Overloaded.class,
            full -> assertThat(full.retryAfter()).isEqualTo(Duration.ofMillis(1250)));
  }

  @Test
  void aStagesOwnWordsAboutTimeAreKept() {
    var failure = new DeadlineExpired("The deadline passed after 7 generated tokens");

    var received = GrpcErrors.fromStatus(Stage.STAGE_DECODER, GrpcErrors.toStatus(failure));

    assertThat(received)
        .isInstanceOf(DeadlineExpired.class)
        .hasMessage("The deadline passed after 7 generated tokens");
  }

  @Test
  void whatNobodyForesawIsToldByAnIncidentIdOnly() {
    StatusRuntimeException sent =
        GrpcErrors.toStatus(new IllegalStateException("slot 3 of /models/secret"));

    assertThat(sent.getStatus().getCode()).isEqualTo(Code.INTERNAL);
    assertThat(sent.getStatus().getDescription())
        .matches("Internal error \\(incident [0-9a-f]{16}\\)");
  }

  @Test
  void aRelayedFaultKeepsTheIncidentOfTheStageThatLoggedIt() {
    StatusRuntimeException first = GrpcErrors.toStatus(new ModelFault("Broken", null));

    StatusRuntimeException relayed =
        GrpcErrors.toStatus(GrpcErrors.fromStatus(Stage.STAGE_DECODER, first));

    assertThat(relayed.getStatus().getDescription()).isEqualTo(first.getStatus().getDescription());
  }

  @Test
  void longMessagesFitIntoTheHeadersOfAnAnswer() {
    var failure = new InvalidInput("ü".repeat(5000), "写".repeat(5000));

    StatusRuntimeException sent = GrpcErrors.toStatus(failure);

    String message = Objects.requireNonNull(sent.getStatus().getDescription());
    Metadata trailers = Objects.requireNonNull(sent.getTrailers());
    byte[] details =
        trailers.get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER));
    assertThat(3 * message.getBytes(StandardCharsets.UTF_8).length).isLessThan(4096);
    assertThat(Objects.requireNonNull(details).length * 4 / 3).isLessThan(3072);
  }

  @Test
  void grpcsOwnStatusesAreUnderstood() {
    assertThat(
            received(Status.DEADLINE_EXCEEDED.withDescription("CallOptions deadline [open=[[]]]")))
        .isInstanceOf(DeadlineExpired.class)
        .hasMessage("The vision encoder service did not answer in time");
    assertThat(received(Status.CANCELLED)).isInstanceOf(Cancelled.class);
    assertThat(received(Status.UNIMPLEMENTED)).isInstanceOf(Upstream.class);
    assertThat(received(Status.UNAVAILABLE.withDescription("io exception")))
        .isInstanceOf(Upstream.class)
        .hasMessage("The vision encoder service cannot be reached: io exception");
    assertThat(
            received(
                Status.RESOURCE_EXHAUSTED.withDescription(
                    "gRPC message exceeds maximum size 100: 200")))
        .isInstanceOf(InvalidInput.class);
  }

  private static ArgusException received(Status status) {
    return GrpcErrors.fromStatus(Stage.STAGE_ENCODER, status.asRuntimeException());
  }
}
