package dev.argus.gateway.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.argus.base.failure.InvalidInput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** A picture that is in its URL: {@code data:image/png;base64,...} (RFC 2397). */
final class DataUrl {
  private DataUrl() {}

  /**
   * The picture's bytes.
   *
   * @param field path of the URL in the request
   * @throws InvalidInput when it is not base64, or not said to be a picture
   */
  static ByteString read(String url, String field) {
    int comma = url.indexOf(',');
    if (comma < 0) {
      throw new InvalidInput(field, "is a data: URL without a comma before its data");
    }
    String type = url.substring("data:".length(), comma).toLowerCase(Locale.ROOT);
    if (!type.endsWith(";base64")) {
      throw new InvalidInput(field, "is a data: URL that is not base64");
    }
    if (!type.startsWith("image/")) {
      throw new InvalidInput(field, "is a data: URL of another type than image/*");
    }
    try {
      // Pictures are large: no copy that is not needed.
      ByteBuffer encoded = ByteBuffer.wrap(url.getBytes(StandardCharsets.ISO_8859_1));
      return UnsafeByteOperations.unsafeWrap(
          Base64.getDecoder().decode(encoded.position(comma + 1)));
    } catch (IllegalArgumentException e) {
      throw new InvalidInput(field, "holds data that is not base64: " + e.getMessage(), e);
    }
  }
}
