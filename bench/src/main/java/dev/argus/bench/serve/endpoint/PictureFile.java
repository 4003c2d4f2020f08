package dev.argus.bench.serve.endpoint;

import com.google.protobuf.ByteString;

/**
 * A picture as the bytes of its file.
 *
 * @param mediaType such as {@code image/jpeg}
 */
public record PictureFile(String mediaType, ByteString bytes) {}
