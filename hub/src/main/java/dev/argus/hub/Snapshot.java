package dev.argus.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a repository holds at one commit.
 *
 * @param commit 40 hexadecimal digits
 * @param files by name; names are as the server gave them, and no path to be trusted
 */
record Snapshot(ModelAddress model, String commit, NavigableMap<String, Entry> files) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  Snapshot {
    files = Collections.unmodifiableNavigableMap(new TreeMap<>(files));
  }

  /**
   * What the list says of a file. Mirrors may say less than the Hub.
   *
   * @param size in bytes
   */
  record Entry(OptionalLong size, Optional<Checksum> checksum) {}

  /** Whether a revision is a commit: it then names the same content for ever. */
  static boolean isCommit(String revision) {
    return COMMIT.matcher(revision).matches();
  }

  /**
   * Reads the answer to {@link ModelAddress#listing}.
   *
   * @throws HubException if it is not one
   */
  static Snapshot parse(ModelAddress model, byte[] answer) throws IOException {
    JsonNode json = json(model, answer);
    String commit = json.path("sha").asText();
    if (!isCommit(commit) || !json.path("siblings").isArray()) {
      throw notAHub(model);
    }
    NavigableMap<String, Entry> files = new TreeMap<>();
    for (JsonNode file : json.path("siblings")) {
      Entry former = files.put(file.path("rfilename").asText(), entry(file));
      if (former != null) {
        throw new HubException(
            "%s lists the file %s twice"
                .formatted(model.endpoint(), HubException.quote(file.path("rfilename").asText())));
      }
    }
    return new Snapshot(model, commit, files);
  }

  private static JsonNode json(ModelAddress model, byte[] answer) throws IOException {
    try {
      return Optional.ofNullable(JSON.readTree(answer)).orElseThrow(() -> notAHub(model));
    } catch (JsonProcessingException e) {
      throw notAHub(model);
    }
  }

  private static HubException notAHub(ModelAddress model) {
    return new HubException(
        "%s does not answer as a model hub does: check the address, and HF_ENDPOINT"
            .formatted(model.endpoint()));
  }

  private static Entry entry(JsonNode file) {
    JsonNode stored = file.path("lfs");
    JsonNode size = stored.isObject() ? stored.path("size") : file.path("size");
    JsonNode digits = stored.isObject() ? stored.path("sha256") : file.path("blobId");
    return new Entry(
        size.canConvertToLong() && size.longValue() >= 0
            ? OptionalLong.of(size.longValue())
            : OptionalLong.empty(),
        Checksum.of(digits.asText()));
  }
}
