package dev.argus.preprocess.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.base.digest.Digest;
import dev.argus.checkpoint.tiling.Detail;
import dev.argus.testdata.Golden;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanDigestsTest {
  private static final String PHOTO = "08_photo_420_1024x768.jpg";
  private static final String OTHER = "10_square_444_1600x1600.jpg";

  @Test
  void everyTileHasItsOwnAndTheSamePictureTheSame() {
    List<Digest> first = spans("tiny-idefics3", Fixtures.picture(PHOTO, Detail.AUTO));

    assertThat(first).hasSizeGreaterThan(4).doesNotHaveDuplicates();
    assertThat(spans("tiny-idefics3", Fixtures.picture(PHOTO, Detail.AUTO))).isEqualTo(first);
  }

  @Test
  void theTextAroundAPictureAndOtherPicturesDoNotMatter() {
    List<Digest> alone = spans("tiny-idefics3", Fixtures.picture(PHOTO, Detail.AUTO));

    List<Digest> among =
        spans(
            "tiny-idefics3",
            Fixtures.picture(OTHER, Detail.LOW),
            Fixtures.text("and"),
            Fixtures.picture(PHOTO, Detail.AUTO));

    assertThat(among.subList(1, among.size())).isEqualTo(alone);
  }

  @Test
  void whatDecidesTheTokensDecidesTheDigest() {
    byte[] file = Golden.bytes("images/" + PHOTO);
    byte[] changed = file.clone();
    changed[changed.length - 3] ^= 1;
    List<Digest> seen = new ArrayList<>();

    seen.addAll(spans("tiny-idefics3", new Conversation.Picture(file, Detail.AUTO)));
    seen.addAll(spans("tiny-idefics3", new Conversation.Picture(file, Detail.LOW)));
    seen.addAll(spans("tiny-idefics3", new Conversation.Picture(changed, Detail.AUTO)));
    seen.addAll(spans("tiny-internvl", new Conversation.Picture(file, Detail.AUTO)));

    assertThat(seen).doesNotHaveDuplicates();
  }

  private static List<Digest> spans(String checkpoint, Conversation.Part... parts) {
    RecordingSink sink = new RecordingSink();
    try (Preprocessor preprocessor = Fixtures.preprocessor()) {
      preprocessor.preprocess(
          Fixtures.asks(parts),
          Fixtures.model(checkpoint),
          dev.argus.base.timeline.Timeline.start(),
          sink);
    }
    return sink.spans();
  }
}
