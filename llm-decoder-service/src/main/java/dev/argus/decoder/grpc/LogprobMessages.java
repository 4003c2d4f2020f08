package dev.argus.decoder.grpc;

import com.google.protobuf.ByteString;
import dev.argus.decoder.core.sampling.TokenLogprobs;
import dev.argus.v1.TokenLogprob;
import java.util.function.IntFunction;

/** Log-probabilities on the wire. */
final class LogprobMessages {
  private LogprobMessages() {}

  /**
   * @param id the token that was chosen
   * @param bytes the UTF-8 bytes that a token stands for
   */
  static dev.argus.v1.TokenLogprobs of(int id, TokenLogprobs logprobs, IntFunction<byte[]> bytes) {
    var message =
        dev.argus.v1.TokenLogprobs.newBuilder().setChosen(token(id, logprobs.chosen(), bytes));
    logprobs.top().forEach(other -> message.addTop(token(other.id(), other.logprob(), bytes)));
    return message.build();
  }

  private static TokenLogprob token(int id, double logprob, IntFunction<byte[]> bytes) {
    return TokenLogprob.newBuilder()
        .setId(id)
        .setLogprob((float) logprob)
        .setBytes(ByteString.copyFrom(bytes.apply(id)))
        .build();
  }
}
