package dev.argus.bench.serve.endpoint;

import com.google.protobuf.ByteString;
import dev.argus.bench.preprocess.Photograph;
import dev.argus.checkpoint.tiling.Size;

/**
 * A picture as the bytes of its file.
 *
 * @param mediaType such as {@code image/jpeg}
 */
public record PictureFile(String mediaType, ByteString bytes) {

  /**
   * Draws one, a JPEG.
   *
   * @param seed of what it shows
   */
  public static PictureFile drawn(Size size, long seed) {
    return new PictureFile("image/jpeg", ByteString.copyFrom(Photograph.jpeg(size, seed)));
  }
}
