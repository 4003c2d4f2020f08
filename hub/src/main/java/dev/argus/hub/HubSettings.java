package dev.argus.hub;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What huggingface_hub's environment variables say; they mean here what they mean there.
 *
 * @param endpoint where models are looked for, without a slash at the end; {@code HF_ENDPOINT}
 * @param token sent to the endpoint and to nobody else; {@code HF_TOKEN}, or what {@code hf auth
 *     login} has stored
 * @param offline whether nothing may be asked; {@code HF_HUB_OFFLINE}
 * @param proxies what requests go through; {@code HTTPS_PROXY} and its like. Empty: what the JVM is
 *     told by its own properties
 */
public record HubSettings(
    URI endpoint, Optional<String> token, boolean offline, Optional<ProxySelector> proxies) {
  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  /**
   * Reads the variables.
   *
   * @param home the user's home directory
   * @throws HubException if a variable holds what cannot be meant
   */
  public static HubSettings of(Map<String, String> environment, Path home) throws HubException {
    return new HubSettings(
        endpoint(value(environment, "HF_ENDPOINT").orElse(DEFAULT_ENDPOINT)),
        token(environment, home),
        Stream.of("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
            .flatMap(name -> value(environment, name).stream())
            .findFirst()
            .filter(value -> TRUE.contains(value.toUpperCase(Locale.ROOT)))
            .isPresent(),
        ProxyVariables.of(environment));
  }

  private static URI endpoint(String value) throws HubException {
    try {
      URI endpoint = new URI(value.replaceAll("/+$", ""));
      if (Origin.isWeb(endpoint) && endpoint.getRawUserInfo() == null) {
        return endpoint;
      }
    } catch (URISyntaxException e) {
      throw notAnEndpoint(value);
    }
    throw notAnEndpoint(value);
  }

  private static HubException notAnEndpoint(String value) {
    return new HubException(
        "HF_ENDPOINT should be an address such as %s, not %s"
            .formatted(DEFAULT_ENDPOINT, HubException.quote(value)));
  }

  private static Optional<String> token(Map<String, String> environment, Path home)
      throws HubException {
    Optional<String> given =
        Stream.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
            .flatMap(name -> value(environment, name).stream())
            .findFirst();
    Optional<String> token = given.isPresent() ? given : stored(tokenFile(environment, home));
    if (token.isPresent() && !token.get().matches("[\\x21-\\x7e]+")) {
      throw new HubException(
          "the access token has characters that no token has: copy it again from"
              + " https://huggingface.co/settings/tokens into HF_TOKEN");
    }
    return token;
  }

  private static Path tokenFile(Map<String, String> environment, Path home) {
    Path cache = value(environment, "XDG_CACHE_HOME").map(Path::of).orElse(home.resolve(".cache"));
    Path hub = value(environment, "HF_HOME").map(Path::of).orElse(cache.resolve("huggingface"));
    return value(environment, "HF_TOKEN_PATH").map(Path::of).orElse(hub.resolve("token"));
  }

  private static Optional<String> stored(Path file) throws HubException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (IOException e) {
      throw new HubException("the token in %s cannot be read: %s".formatted(file, e), e);
    }
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  /** Without the token, which belongs into no log. */
  @Override
  public String toString() {
    return "HubSettings[endpoint=%s, token=%s, offline=%s]"
        .formatted(endpoint, token.isPresent() ? "given" : "none", offline);
  }
}
