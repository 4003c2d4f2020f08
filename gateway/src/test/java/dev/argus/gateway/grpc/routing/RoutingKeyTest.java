package dev.argus.gateway.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.argus.base.tenant.Tenant;
import dev.argus.stage.v1.PromptLayout;
import dev.argus.stage.v1.VisualSpan;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RoutingKeyTest {
  private static final Tenant ALICE = new Tenant("alice");
  private static final Tenant BOB = new Tenant("bob");

  @Test
  void aPictureHasOneKeyWhateverIsAskedOfItAndWhateverFollows() {
    PromptLayout asked = prompt(20, "cat");
    PromptLayout askedMore = prompt(50, "cat", "dog");

    assertThat(key(ALICE, asked)).isPresent().isEqualTo(key(ALICE, askedMore));
    assertThat(RoutingKey.ofPrefix(ALICE, asked))
        .isPresent()
        .isEqualTo(RoutingKey.ofPrefix(ALICE, askedMore));
    assertThat(key(ALICE, asked)).isNotEqualTo(key(ALICE, prompt(20, "dog")));
    assertThat(RoutingKey.ofPrefix(ALICE, asked))
        .isNotEqualTo(RoutingKey.ofPrefix(ALICE, prompt(20, "dog")));
  }

  @Test
  void tenantsShareNoKey() {
    PromptLayout prompt = prompt(20, "cat");

    assertThat(key(ALICE, prompt)).isNotEqualTo(key(BOB, prompt));
    assertThat(RoutingKey.ofPrefix(ALICE, prompt)).isNotEqualTo(RoutingKey.ofPrefix(BOB, prompt));
  }

  @Test
  void textBeforeThePictureCountsForTheDecoderAlone() {
    PromptLayout other = prompt(20, "cat").toBuilder().setTokenIds(0, 99).build();

    assertThat(key(ALICE, other)).isEqualTo(key(ALICE, prompt(20, "cat")));
    assertThat(RoutingKey.ofPrefix(ALICE, other))
        .isNotEqualTo(RoutingKey.ofPrefix(ALICE, prompt(20, "cat")));
  }

  @Test
  void aLongTextIsKnownByItsBeginning() {
    PromptLayout turn = prompt(80);

    assertThat(RoutingKey.ofPrefix(ALICE, turn)).isEqualTo(RoutingKey.ofPrefix(ALICE, prompt(200)));
    assertThat(RoutingKey.ofPrefix(ALICE, turn))
        .isNotEqualTo(RoutingKey.ofPrefix(ALICE, turn.toBuilder().setTokenIds(63, 9_999).build()));
    assertThat(key(ALICE, turn)).isEmpty();
  }

  @Test
  void whatIsNeverRecognisedHasNoKey() {
    PromptLayout unknown = prompt(20, "");

    assertThat(key(ALICE, unknown)).isEmpty();
    assertThat(RoutingKey.ofPrefix(ALICE, unknown)).isEmpty();
  }

  private static OptionalLong key(Tenant tenant, PromptLayout layout) {
    return RoutingKey.ofTiles(tenant, layout);
  }

  private static PromptLayout prompt(int tokens, String... digests) {
    var layout = PromptLayout.newBuilder();
    IntStream.range(0, tokens).forEach(layout::addTokenIds);
    for (int i = 0; i < digests.length; i++) {
      layout.addSpans(
          VisualSpan.newBuilder()
              .setPosition(5 + 6 * i)
              .setLength(4)
              .setDigest(ByteString.copyFromUtf8(digests[i])));
    }
    return layout.build();
  }
}
