package dev.argus.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.Upstream;
import dev.argus.gateway.GatewaySettings;
import dev.argus.gateway.core.AdmissionLimits;
import dev.argus.v1.Choices;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.JsonSchema;
import dev.argus.v1.Regions;
import dev.argus.v1.ResponseFormat;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class GenerationRefusalsTest extends GatewayOverFakes {
  @Test
  void refusesAResponseFormatThatCannotBe() {
    ManagedChannel gateway = gateway();
    assertRefused(gateway, ResponseFormat.newBuilder(), "response_format.kind must be set");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setRegex(""),
        "response_format.regex has 0 characters; must have 1 to 16384");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setJsonSchema(JsonSchema.getDefaultInstance()),
        "response_format.json_schema.schema has 0 characters");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setChoices(Choices.getDefaultInstance()),
        "response_format.choices.values has 0; must have 1 to 1024");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setChoices(Choices.newBuilder().addValues("a").addValues("")),
        "response_format.choices.values[1] has 0 characters");
    assertRefused(
        gateway,
        ResponseFormat.newBuilder().setRegions(Regions.getDefaultInstance()),
        "response_format.regions needs a picture in messages");
  }

  private void assertRefused(
      ManagedChannel gateway, ResponseFormat.Builder format, String problem) {
    assertThatThrownBy(() ->
            readAll(generate(gateway, question().toBuilder().setResponseFormat(format).build())))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining(problem);
  }

  @Test
  void anUnknownModelIsToldWhichThereAre() {
    assertThatThrownBy(() -> readAll(generate(gateway(), questionFor("huge"))))
        .isInstanceOf(NotFound.class)
        .hasMessage("There is no model named \"huge\"; served are: tiny, small");
  }

  @Test
  void aConversationMustNotBeEmpty() {
    assertThatThrownBy(() -> readAll(generate(gateway(), GenerateRequest.getDefaultInstance())))
        .isInstanceOfSatisfying(
            InvalidInput.class, wrong -> assertThat(wrong.field()).isEqualTo("messages"));
  }

  @Test
  void theWrongFieldIsNamedWhicheverStageFindsIt() {
    stages.inDecoder = () -> fail(new InvalidInput("sampling.temperature", "must not be NaN"));
    assertThatThrownBy(() -> readAll(generate(gateway(), question())))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            wrong -> assertThat(wrong.field()).isEqualTo("sampling.temperature"))
        .hasMessage("sampling.temperature must not be NaN");
  }

  @Test
  void aFaultOfAStageIsNotTheClients() {
    stages.inEncoder = () -> fail(new InvalidInput("tile.side", "must be 512"));
    assertThatThrownBy(() -> readAll(generate(gateway(), question())))
        .isInstanceOf(ModelFault.class)
        .hasMessageContaining("incident");
  }

  @Test
  void anImpossibleTenantIsRefused() {
    assertThatThrownBy(() -> readAll(generateFor("two words", gateway())))
        .isInstanceOfSatisfying(
            InvalidInput.class, wrong -> assertThat(wrong.field()).isEqualTo("argus-tenant"));
  }

  @Test
  void aFullStagesRetryHintReachesTheClient() {
    stages.inPreprocess = () -> fail(new Overloaded("Full", Duration.ofSeconds(7)));
    assertThatThrownBy(() -> readAll(generate(gateway(), question())))
        .isInstanceOfSatisfying(
            Overloaded.class,
            full -> assertThat(full.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
  }

  @Test
  void aStageThatIsAwayIsUnavailable() {
    ManagedChannel gateway =
        gateway(settings ->
            GatewaySettings.defaults(
                settings.models(), settings.preprocess(), settings.encoder(), "in-process:nobody"));
    assertThatThrownBy(() -> readAll(generate(gateway, question())))
        .isInstanceOf(Upstream.class)
        .hasMessageContaining("decoder service cannot be reached");
  }

  @Test
  void moreRequestsThanTheLimitAreRefused() throws Exception {
    var hold = new CountDownLatch(1);
    stages.inPreprocess = () -> await(hold);
    ManagedChannel gateway =
        gateway(settings -> settings.withAdmission(new AdmissionLimits(1, 1, 1000, 1000)));
    var first = generate(gateway, question());
    Awaitility.await().until(() -> metric("argus.gateway.requests.active").isPresent());

    assertThatThrownBy(() -> readAll(generate(gateway, question())))
        .isInstanceOfSatisfying(
            Overloaded.class, full -> assertThat(full.retryAfter()).isPositive());

    hold.countDown();
    assertThat(readAll(first)).hasSize(4);
    Awaitility.await().until(() -> requestsEnded() == 2);
    assertThat(readAll(generate(gateway, question()))).hasSize(4);
  }
}
