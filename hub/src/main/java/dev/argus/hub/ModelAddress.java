package dev.argus.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model repository and where it is reached.
 *
 * @param endpoint the hub or mirror, without a slash at the end
 * @param id {@code owner/name}, or {@code name} for the Hub's oldest models
 * @param revision the branch, tag or commit that the address itself names
 */
public record ModelAddress(URI endpoint, String id, Optional<String> revision) {
  private static final Pattern ID =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)?");
  private static final int LONGEST_ID = 96;

  /**
   * Reads what a user gives.
   *
   * @param given a model's id, or the address of its page at a hub or mirror, with or without
   *     {@code /tree/REVISION}
   * @param endpoint the hub of a bare id
   * @throws HubException if it is neither
   */
  public static ModelAddress parse(String given, URI endpoint) throws HubException {
    if (!given.matches("(?i)https?://.*")) {
      return new ModelAddress(endpoint, requireId(given), Optional.empty());
    }
    URI page = page(given);
    List<String> path =
        new ArrayList<>(
            Arrays.stream(page.getPath().split("/")).filter(part -> !part.isEmpty()).toList());
    int tree = path.indexOf("tree");
    Optional<String> revision = Optional.empty();
    if (tree > 0 && tree < path.size() - 1) {
      revision = Optional.of(String.join("/", path.subList(tree + 1, path.size())));
      path.subList(tree, path.size()).clear();
    }
    // What is before the id is the mirror's own; the id of a bare host's only part is that part.
    int idParts = Math.min(2, path.size());
    String id = String.join("/", path.subList(path.size() - idParts, path.size()));
    String prefix = String.join("/", path.subList(0, path.size() - idParts));
    String server = page.getScheme() + "://" + page.getRawAuthority();
    return new ModelAddress(
        URI.create(prefix.isEmpty() ? server : server + "/" + encode(prefix)),
        requireId(id),
        revision);
  }

  private static URI page(String given) throws HubException {
    try {
      URI page = new URI(given);
      if (Origin.isWeb(page) && page.getRawUserInfo() == null) {
        return page;
      }
    } catch (URISyntaxException e) {
      throw notAnAddress(given);
    }
    throw notAnAddress(given);
  }

  private static HubException notAnAddress(String given) {
    return new HubException(
        "%s is not the address of a model, such as https://huggingface.co/owner/name"
            .formatted(HubException.quote(given)));
  }

  private static String requireId(String id) throws HubException {
    if (!ID.matcher(id).matches()
        || id.length() > LONGEST_ID
        || id.contains("..")
        || id.endsWith(".git")) {
      throw new HubException(
          "%s is neither a directory nor a model's id, such as HuggingFaceTB/SmolVLM-256M-Instruct"
              .formatted(HubException.quote(id)));
    }
    return id;
  }

  /** The last part of the id. */
  public String name() {
    return id.substring(id.indexOf('/') + 1);
  }

  /** The model's page, for people. */
  public URI page() {
    return URI.create(endpoint + "/" + id);
  }

  /** What lists a revision's files. */
  URI listing(String asked) {
    return URI.create(
        "%s/api/models/%s/revision/%s?blobs=true".formatted(endpoint, id, encodeAll(asked)));
  }

  /** A file of a revision. */
  URI file(String commit, String name) {
    return URI.create(
        "%s/%s/resolve/%s/%s".formatted(endpoint, id, encodeAll(commit), encode(name)));
  }

  /** A path as part of an address, slashes kept. */
  private static String encode(String path) {
    return String.join("/", Arrays.stream(path.split("/")).map(ModelAddress::encodeAll).toList());
  }

  private static String encodeAll(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
