package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.Golden;
import dev.argus.v1.GenerateRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** {@code argus serve}: all stages in one process, the public API on a port. */
final class OneProcessTest {
  private static final String MODEL = "tiny-idefics3";
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  @Test
  void answersAndLetsOpenAnswersEndWhenToldToStop() throws IOException, InterruptedException {
    GoldenCase golden = GoldenCase.of(MODEL, "C_text_only");
    try (ServerProcess server =
        ServerProcess.start(Map.of(), "--model=" + MODEL + "=" + Golden.path(MODEL))) {
      ManagedChannel channel =
          Grpc.newChannelBuilder(server.address(), InsecureChannelCredentials.create()).build();
      try {
        assertThat(WholeAnswer.to(golden.request(), channel).ids()).isEqualTo(golden.expected());

        AtomicBoolean told = new AtomicBoolean();
        WholeAnswer open =
            WholeAnswer.to(
                longer(golden.request()),
                channel,
                event -> {
                  if (told.compareAndSet(false, true)) {
                    server.askToStop();
                  }
                });

        assertThat(open.ids()).hasSize(1000).startsWith(golden.expected().toArray(Integer[]::new));
        assertThat(server.ends(END_LIMIT)).isTrue();
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static GenerateRequest longer(GenerateRequest request) {
    GenerateRequest.Builder longer = request.toBuilder();
    longer.getSamplingBuilder().setMaxTokens(1000);
    return longer.build();
  }
}
