package dev.argus.gateway.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * The URL of a picture, taken apart so strictly that whoever else reads it reads the same host.
 *
 * @param uri with the scheme http or https and a host
 */
record PictureUrl(URI uri) {
  private static final int MAX_LENGTH = 4096;

  /** As browsers have it: a host that ends so is a number, and must then be a plain one. */
  private static final Pattern NUMBER_AT_THE_END =
      Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\\.?");

  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

  private static final Pattern LEADING_ZERO = Pattern.compile("(?:.*\\.)?0\\d.*");

  /**
   * Takes a URL apart.
   *
   * @throws Refusal saying what is wrong
   */
  static PictureUrl parse(String text) throws Refusal {
    if (text.length() > MAX_LENGTH) {
      throw new Refusal("has more than %d characters".formatted(MAX_LENGTH));
    }
    try {
      return checked(new URI(text).parseServerAuthority());
    } catch (URISyntaxException e) {
      throw new Refusal("is no URL: " + e.getReason());
    }
  }

  private static PictureUrl checked(URI uri) throws Refusal {
    String scheme = uri.getScheme();
    if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
      throw new Refusal("must be a data:, https: or http: URL");
    }
    String host = uri.getHost();
    if (host == null) {
      throw new Refusal("names no host");
    }
    if (uri.getRawUserInfo() != null) {
      throw new Refusal("must not hold a user's name or password");
    }
    boolean odd = !DOTTED_QUAD.matcher(host).matches() || LEADING_ZERO.matcher(host).matches();
    if (NUMBER_AT_THE_END.matcher(host).matches() && odd) {
      throw new Refusal("names its host by a number that is no plain IPv4 address");
    }
    return new PictureUrl(uri);
  }

  /**
   * Where a redirect leads.
   *
   * @param location absolute, or relative to this
   * @throws Refusal saying what is wrong with it
   */
  PictureUrl redirected(String location) throws Refusal {
    PictureUrl to;
    try {
      to = parse(uri.resolve(new URI(location)).toString());
    } catch (URISyntaxException e) {
      throw new Refusal("redirects to what is no URL");
    } catch (Refusal e) {
      throw new Refusal("redirects to a URL that " + e.problem());
    }
    if (isSecure() && !to.isSecure()) {
      throw new Refusal("leads away from https");
    }
    return to;
  }

  boolean isSecure() {
    return "https".equalsIgnoreCase(uri.getScheme());
  }
}
