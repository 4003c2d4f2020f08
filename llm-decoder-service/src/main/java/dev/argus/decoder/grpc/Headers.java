package dev.argus.decoder.grpc;

import dev.argus.base.digest.Digest;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.tenant.Tenant;
import dev.argus.checkpoint.prompt.PromptLayout;
import dev.argus.checkpoint.prompt.VisualSpan;
import dev.argus.decoder.core.Prompt;
import dev.argus.decoder.core.grammar.Format;
import dev.argus.stage.v1.DecodeHeader;
import dev.argus.v1.ResponseFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a header says, from the wire. */
final class Headers {
  private Headers() {}

  /**
   * What is asked, and by whom; the layout unchecked.
   *
   * @throws InvalidInput naming the first field that is wrong
   */
  static Prompt prompt(DecodeHeader header) {
    return new Prompt(
        Tenant.parse(header.getTenant(), "tenant").name(),
        layout(header.getLayout()),
        digests(header.getLayout().getSpansList()));
  }

  /**
   * What form the answer has; empty: any.
   *
   * @throws InvalidInput if none of those that there are
   */
  static Optional<Format> format(DecodeHeader header) {
    if (!header.hasResponseFormat()) {
      return Optional.empty();
    }
    ResponseFormat format = header.getResponseFormat();
    return Optional.of(
        switch (format.getKindCase()) {
          case JSON_SCHEMA -> new Format.JsonSchema(format.getJsonSchema().getSchema());
          case REGEX -> new Format.Regex(format.getRegex());
          case CHOICES -> new Format.Choices(format.getChoices().getValuesList());
          case REGIONS -> new Format.Regions();
          case JSON_OBJECT -> new Format.JsonObject();
          case KIND_NOT_SET -> throw new InvalidInput("response_format.kind", "must be set");
        });
  }

  /** One for each span; none when one of them has none. */
  private static List<ByteBuffer> digests(List<dev.argus.stage.v1.VisualSpan> spans) {
    List<ByteBuffer> digests = new ArrayList<>();
    for (dev.argus.stage.v1.VisualSpan span : spans) {
      if (span.getDigest().isEmpty()) {
        return List.of();
      }
      if (span.getDigest().size() != Digest.BYTES) {
        throw new InvalidInput(
            "layout.spans[%d].digest".formatted(digests.size()),
            "has %d bytes; must have %d".formatted(span.getDigest().size(), Digest.BYTES));
      }
      digests.add(span.getDigest().asReadOnlyByteBuffer());
    }
    return digests;
  }

  private static PromptLayout layout(dev.argus.stage.v1.PromptLayout message) {
    int[] tokenIds = message.getTokenIdsList().stream().mapToInt(Integer::intValue).toArray();
    List<VisualSpan> spans =
        message.getSpansList().stream()
            .map(span -> new VisualSpan(span.getPosition(), span.getLength()))
            .toList();
    return new PromptLayout(tokenIds, spans);
  }
}
