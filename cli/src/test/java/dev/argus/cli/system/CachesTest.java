package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.testdata.Golden;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.Usage;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was done once is not done again, for the same tenant, and no answer changes by it. */
@Timeout(120)
class CachesTest {
  private static final String CHECKPOINT = "tiny-idefics3";
  private static final GoldenCase PICTURE = GoldenCase.of(CHECKPOINT, "A_tiled");

  private static AllInOne system;

  @BeforeAll
  static void start() {
    system = start(settings());
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  @Test
  void aPictureThatIsAskedAboutAgainIsNotEncodedAgain() {
    Usage cold = ask("again").completion().getUsage();

    WholeAnswer warm = ask("again");

    assertThat(encoded(cold)).isPositive();
    assertThat(encoded(warm.completion().getUsage())).isZero();
    assertThat(warm.completion().getAnatomy().getActivitiesList())
        .extracting(Activity::getKind)
        .doesNotContain(ActivityKind.ACTIVITY_KIND_ENCODE);
  }

  @Test
  void tenRequestsAtOnceEncodeOnePictureOnce() throws Exception {
    int once = encoded(ask("alone").completion().getUsage());

    int encoded = 0;
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<WholeAnswer>> calls = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        calls.add(() -> ask("together"));
      }
      for (Future<WholeAnswer> answer : callers.invokeAll(calls)) {
        encoded += encoded(answer.get().completion().getUsage());
      }
    }
    assertThat(encoded).isEqualTo(once);
  }

  @Test
  void tenantsShareNothing() {
    Usage here = ask("here").completion().getUsage();
    Usage there = ask("there").completion().getUsage();

    assertThat(encoded(there)).isEqualTo(encoded(here)).isPositive();
    assertThat(there.getCachedTokens()).isZero();
  }

  @Test
  void withoutTheFeatureCacheEveryTileIsEncoded() {
    try (AllInOne uncached =
        start(settings().withEncoder(encoder -> encoder.withFeatureCacheBytes(0)))) {
      WholeAnswer answer = ask("first", uncached);

      assertThat(answer.ids()).isEqualTo(PICTURE.expected());
      assertThat(answer.completion().getUsage().getCachedTiles()).isZero();
    }
  }

  @Test
  void withoutOverlapTheAnswerIsTheSame() {
    try (AllInOne sequential =
        start(settings().withGateway(gateway -> gateway.withOverlap(false)))) {
      assertThat(ask("first", sequential).ids()).isEqualTo(PICTURE.expected());
    }
  }

  private static int encoded(Usage usage) {
    return usage.getTiles() - usage.getCachedTiles();
  }

  private static WholeAnswer ask(String tenant) {
    WholeAnswer answer = ask(tenant, system);
    assertThat(answer.ids()).isEqualTo(PICTURE.expected());
    return answer;
  }

  private static WholeAnswer ask(String tenant, AllInOne asked) {
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("argus-tenant", Metadata.ASCII_STRING_MARSHALLER), tenant);
    Channel gateway =
        ClientInterceptors.intercept(
            asked.gateway(), MetadataUtils.newAttachHeadersInterceptor(metadata));
    return WholeAnswer.to(PICTURE.request(), gateway);
  }

  private static AllInOne start(AllInOneSettings settings) {
    return AllInOne.start(settings, Telemetry.off(), BuildProgress.SILENT);
  }

  private static AllInOneSettings settings() {
    return AllInOneSettings.defaults(Map.of(CHECKPOINT, Golden.path(CHECKPOINT)));
  }
}
