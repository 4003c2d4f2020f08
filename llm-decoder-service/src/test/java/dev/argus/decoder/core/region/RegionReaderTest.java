package dev.argus.decoder.core.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.argus.checkpoint.Checkpoint;
import dev.argus.checkpoint.config.LocationTokens;
import dev.argus.testdata.Golden;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each dialect's reader, fed with tokens that are spelled out here. */
class RegionReaderTest {
  private final List<String> pieces = new ArrayList<>();
  private final List<Region> read = new ArrayList<>();

  private byte[] bytes(int token) {
    return pieces.get(token).getBytes(StandardCharsets.UTF_8);
  }

  /** Feeds tokens; a text in angle brackets is a special token, which has no bytes. */
  private List<Integer> feed(RegionReader reader, String... texts) {
    List<Integer> counts = new ArrayList<>();
    for (String text : texts) {
      pieces.add(text);
      boolean likely = text.matches("\\D*");
      read.addAll(reader.read(pieces.size() - 1, likely ? 0 : Math.log(0.25)));
      counts.add(read.size());
    }
    return counts;
  }

  @Test
  void readsALocationRegionWithItsLastToken() {
    var reader = new LocationReader(new LocationTokens(1000, 64), this::bytes);
    feed(reader, " red", " circle");
    assertThat(reader.read(1004, Math.log(0.5))).isEmpty();
    assertThat(reader.read(1009, Math.log(0.5))).isEmpty();
    assertThat(reader.read(1020, Math.log(0.125))).isEmpty();

    List<Region> first = reader.read(1025, Math.log(0.125));

    assertThat(first)
        .singleElement()
        .satisfies(region -> {
          assertThat(region.label()).isEqualTo("red circle");
          assertThat(region.xMin()).isEqualTo(4.5 / 64);
          assertThat(region.yMin()).isEqualTo(9.5 / 64);
          assertThat(region.xMax()).isEqualTo(20.5 / 64);
          assertThat(region.yMax()).isEqualTo(25.5 / 64);
          assertThat(region.confidence()).isCloseTo(0.25, within(1e-9));
          assertThat(region.firstToken()).isZero();
          assertThat(region.endToken()).isEqualTo(6);
        });
  }

  @Test
  void readsSeveralLocationRegionsAndPutsCornersInOrder() {
    var reader = new LocationReader(new LocationTokens(1000, 10), this::bytes);
    feed(reader, "a");
    for (int location : new int[] {9, 8, 1, 2}) {
      read.addAll(reader.read(1000 + location, 0));
    }
    feed(reader, "; ", "b");
    for (int location : new int[] {0, 0, 9, 9}) {
      read.addAll(reader.read(1000 + location, 0));
    }
    feed(reader, "; half");
    read.addAll(reader.read(1000, 0));

    assertThat(read).extracting(Region::label).containsExactly("a", "b");
    assertThat(read.getFirst())
        .extracting(Region::xMin, Region::yMin, Region::xMax, Region::yMax)
        .containsExactly(0.15, 0.25, 0.95, 0.85);
    assertThat(read.getLast().firstToken()).isEqualTo(6);
    assertThat(read.getLast().endToken()).isEqualTo(11);
  }

  @Test
  void readsTaggedBoxesOfInternVlAndQwen() {
    var tags = new RegionDialect.References(0, 1, 2, 3);
    pieces.addAll(List.of("", "", "", ""));
    var reader = new ReferenceReader(tags, this::bytes);
    reader.read(0, 0);
    feed(reader, "two", " cats");
    reader.read(1, 0);
    reader.read(2, 0);
    List<Integer> counts =
        feed(reader, "[[", "1", "0", "0, 200, 300, 4", "00]", ", [1,2,3,4]", "]");
    reader.read(3, 0);
    reader.read(0, 0);
    feed(reader, "a dog");
    reader.read(1, 0);
    reader.read(2, 0);
    feed(reader, "(900,1000)", ",(100,0)");

    assertThat(counts).containsExactly(0, 0, 0, 0, 1, 2, 2);
    assertThat(read).extracting(Region::label).containsExactly("two cats", "two cats", "a dog");
    assertThat(read.getFirst()).isEqualTo(new Region("two cats", 0.1, 0.2, 0.3, 0.4, 0.25, 0, 10));
    assertThat(read.get(2))
        .extracting(Region::xMin, Region::yMin, Region::xMax, Region::yMax)
        .containsExactly(0.1, 0.0, 0.9, 1.0);
  }

  @Test
  void readsJsonObjectsWhenTheyAreClosed() {
    var reader = new JsonReader(this::bytes);
    List<Integer> counts =
        feed(
            reader,
            "[{\"bbox",
            "_2d\": [",
            "10, 20, ",
            "30, 40], \"label\": \"a {\\\"big",
            "\\\"} \u4e2d\"}",
            ", {\"bbox_2d\": [0, 0, 2000, 500], \"label\": \"b\"}",
            ", {\"label\": \"no box\"}",
            ", {\"bbox_2d\": [1, 2");

    assertThat(counts).containsExactly(0, 0, 0, 0, 1, 2, 2, 2);
    assertThat(read.getFirst())
        .isEqualTo(new Region("a {\"big\"} \u4e2d", 0.01, 0.02, 0.03, 0.04, 0.25, 0, 5));
    assertThat(read.get(1).xMax()).isEqualTo(1);
  }

  @Test
  void theDialectIsTheCheckpoints() {
    assertThat(dialect(Golden.repository().resolve("models/argus-tiny")))
        .isInstanceOf(RegionDialect.Locations.class);
    assertThat(dialect(Golden.path("tiny-internvl"))).isInstanceOf(RegionDialect.References.class);
    assertThat(dialect(Golden.path("tiny-idefics3"))).isInstanceOf(RegionDialect.Json.class);
  }

  private static RegionDialect dialect(Path directory) {
    Checkpoint checkpoint = Checkpoint.open(directory);
    return RegionDialect.of(checkpoint.config(), checkpoint.tokenizer());
  }
}
