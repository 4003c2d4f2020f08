package dev.argus.gateway.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.tenant.Tenant;
import dev.argus.stage.v1.ImageGeometry;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.v1.Activity;
import dev.argus.v1.Box;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.Image;
import dev.argus.v1.ListModelsRequest;
import dev.argus.v1.Model;
import dev.argus.v1.Part;
import dev.argus.v1.Region;
import dev.argus.v1.Regions;
import dev.argus.v1.ResponseFormat;
import dev.argus.v1.Stage;
import io.grpc.ManagedChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationEndpointTest extends GatewayOverFakes {
  @Test
  void answersWithTokensAndThenOneCompletion() {
    List<GenerateResponse> answer = readAll(generate(gateway(), question()));

    assertThat(answer).hasSize(4);
    assertThat(answer.subList(0, 3))
        .extracting(event -> event.getToken().getText())
        .containsExactly("token 0", "token 1", "token 2");
    Completion completion = answer.getLast().getCompletion();
    assertThat(completion.getModel()).isEqualTo("tiny");
    assertThat(completion.getUsage().getPromptTokens()).isEqualTo(13);
    assertThat(completion.getUsage().getVisualTokens()).isEqualTo(8);
    assertThat(completion.getUsage().getTiles()).isEqualTo(2);
    assertThat(completion.getUsage().getCompletionTokens()).isEqualTo(3);
    assertThat(completion.getUsage().getCachedTokens()).isEqualTo(4);
    assertThat(completion.getUsage().getCachedTiles()).isEqualTo(1);
    var anatomy = completion.getAnatomy();
    assertThat(anatomy.getActivitiesList())
        .extracting(Activity::getStage)
        .containsExactlyInAnyOrder(
            Stage.STAGE_PREPROCESS, Stage.STAGE_ENCODER, Stage.STAGE_DECODER);
    assertThat(anatomy.getActivitiesList())
        .allSatisfy(activity -> assertThat(activity.getStartMs()).isGreaterThanOrEqualTo(1));
    assertThat(anatomy.getTtftMs()).isPositive().isLessThanOrEqualTo(anatomy.getTotalMs());
  }

  @Test
  void regionsArePlacedInThePictureAsItsFileStoresIt() {
    stages.images =
        List.of(ImageGeometry.newBuilder().setWidth(200).setHeight(100).build(), turned());
    stages.regions =
        List.of(
            NamedRegion.newBuilder()
                .setLabel("a cat")
                .setBox(box(0.5f, 0.25f, 0.75f, 0.5f))
                .setConfidence(0.9f)
                .setFirstToken(1)
                .setEndToken(3)
                .build());

    List<GenerateResponse> answer = readAll(generate(gateway(), regions(picture())));

    assertThat(answer.get(3).getRegion())
        .isEqualTo(
            Region.newBuilder()
                .setLabel("a cat")
                .setBox(box(10, 10, 20, 20)) // 40 x 40 stored: x is y, y is 1 - x.
                .setNormalizedBox(box(0.5f, 0.25f, 0.75f, 0.5f))
                .setConfidence(0.9f)
                .setFirstToken(1)
                .setEndToken(3)
                .setImageIndex(1)
                .build());
    assertThat(answer.getLast().hasCompletion()).isTrue();
    assertThat(stages.format.hasRegions()).isTrue();
  }

  private static ImageGeometry turned() {
    return ImageGeometry.newBuilder().setWidth(40).setHeight(40).setOrientation(6).build();
  }

  private static Box box(float xMin, float yMin, float xMax, float yMax) {
    return Box.newBuilder().setXMin(xMin).setYMin(yMin).setXMax(xMax).setYMax(yMax).build();
  }

  private static Part picture() {
    return Part.newBuilder().setImage(Image.getDefaultInstance()).build();
  }

  private static GenerateRequest regions(Part picture) {
    GenerateRequest.Builder request =
        question().toBuilder()
            .setResponseFormat(
                ResponseFormat.newBuilder().setRegions(Regions.getDefaultInstance()));
    request.getMessagesBuilder(0).addContent(picture);
    return request.build();
  }

  @Test
  void theFirstModelAnswersWhereNoneIsNamed() {
    assertThat(readAll(generate(gateway(), questionFor(""))).getLast().getCompletion().getModel())
        .isEqualTo("tiny");
  }

  @Test
  void listsItsModels() {
    assertThat(
            GenerationServiceGrpc.newBlockingStub(gateway())
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList())
        .extracting(Model::getName)
        .containsExactly("tiny", "small");
  }

  @Test
  void theTenantOfTheMetadataReachesTheStagesThatKeepCaches() {
    readAll(generate(gateway(), question()));
    assertThat(stages.tenants).containsExactlyInAnyOrder("encoder default", "decoder default");

    stages.tenants.clear();
    readAll(generateFor("team-7", gateway()));
    assertThat(stages.tenants).containsExactlyInAnyOrder("encoder team-7", "decoder team-7");
  }

  @Test
  void aGatewayOfOneTenantDoesNotAsk() {
    ManagedChannel gateway = gateway(settings -> settings.withTenant(new Tenant("only")));

    readAll(generateFor("another", gateway));

    assertThat(stages.tenants).containsExactlyInAnyOrder("encoder only", "decoder only");
  }
}
