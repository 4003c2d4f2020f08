package dev.argus.gateway.grpc.routing;

import com.google.protobuf.ByteString;
import dev.argus.base.tenant.Tenant;
import dev.argus.stage.v1.PromptLayout;
import dev.argus.stage.v1.VisualSpan;
import io.grpc.CallOptions;
import io.grpc.stub.AbstractStub;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a call's place is found by: calls with equal keys find the same caches. Keys are bound to
 * the tenant, as what is cached is.
 *
 * <p>All tiles of a request go to the encoder on one stream, which one replica answers, and a
 * picture's tiles are cut from one file in one way: so the first tile stands for its picture, and
 * the first picture for its request. It stays the first while a conversation grows.
 */
public final class RoutingKey {
  /** Text by which a prompt without a picture is recognised: 64 tokens. */
  private static final int PREFIX_TOKENS = 64;

  static final CallOptions.Key<@Nullable Long> OPTION =
      CallOptions.Key.create("dev.argus.routing.key");

  private RoutingKey() {}

  /** A stub whose calls have a key, or the same one where there is none. */
  public static <S extends AbstractStub<S>> S on(S stub, OptionalLong key) {
    return key.isPresent() ? stub.withOption(OPTION, key.getAsLong()) : stub;
  }

  /** For the encoder: the first tile's digest. Empty where there is none. */
  public static OptionalLong ofTiles(Tenant tenant, PromptLayout layout) {
    return layout.getSpansCount() == 0 || layout.getSpans(0).getDigest().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(hash(tenant, layout, 0, layout.getSpans(0).getDigest()));
  }

  /**
   * For the decoder: the tokens up to the first tile and its digest, or the first tokens of a
   * prompt without any. The first turn's is also that of the turns after it. Empty where a tile has
   * no digest, so that its prompt is never recognised.
   */
  public static OptionalLong ofPrefix(Tenant tenant, PromptLayout layout) {
    if (layout.getSpansCount() == 0) {
      int tokens = Math.min(PREFIX_TOKENS, layout.getTokenIdsCount());
      return OptionalLong.of(hash(tenant, layout, tokens, ByteString.EMPTY));
    }
    VisualSpan first = layout.getSpans(0);
    return first.getDigest().isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(
            hash(
                tenant,
                layout,
                Math.min(first.getPosition(), layout.getTokenIdsCount()),
                first.getDigest()));
  }

  private static long hash(Tenant tenant, PromptLayout layout, int tokens, ByteString digest) {
    MessageDigest hash = sha256();
    hash.update(tenant.name().getBytes(StandardCharsets.UTF_8));
    hash.update((byte) 0);
    ByteBuffer ids = ByteBuffer.allocate(tokens * Integer.BYTES);
    for (int i = 0; i < tokens; i++) {
      ids.putInt(layout.getTokenIds(i));
    }
    hash.update(ids.array());
    hash.update(digest.asReadOnlyByteBuffer());
    return ByteBuffer.wrap(hash.digest()).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
