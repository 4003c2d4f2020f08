package dev.argus.encoder.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.base.failure.NotFound;
import dev.argus.base.failure.Overloaded;
import dev.argus.base.failure.WrongCheckpoint;
import dev.argus.service.wire.ClientStream;
import dev.argus.service.wire.StreamLimits;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.stage.v1.Tile;
import dev.argus.v1.Stage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EncodeRefusalsTest extends EncodeStreams {
  @Test
  void refusesATenantThatCannotBe() {
    assertFails(InvalidInput.class, "header.tenant", tenant("two words"));
  }

  @Test
  void refusesWhatIsNoHeaderFirst() {
    assertFails(InvalidInput.class, "header", tile(1));
    assertFails(InvalidInput.class, "header", EncodeRequest.getDefaultInstance());
    assertFails(InvalidInput.class, "header");
    assertFails(InvalidInput.class, "header", header(), header());
    assertFails(InvalidInput.class, "event", header(), EncodeRequest.getDefaultInstance());
  }

  @Test
  void refusesAnotherModelOrCheckpoint() {
    assertFails(NotFound.class, "big", header("big", FINGERPRINT));
    assertFails(WrongCheckpoint.class, "cdcd", header("tiny", "cd".repeat(32)));
    assertFails(WrongCheckpoint.class, "fingerprint", header("tiny", ""));
  }

  @Test
  void refusesATileThatIsNotWhatItSays() {
    assertFails(InvalidInput.class, "tile.side", header(), changed(tile -> tile.setSide(9)));
    assertFails(
        InvalidInput.class,
        "tile.pixels",
        header(),
        changed(tile -> tile.setPixels(ByteString.copyFromUtf8("short"))));
    assertFails(InvalidInput.class, "tile.index", header(), tile(1), tile(1));
  }

  @Test
  void aFaultOfTheModelReachesTheStream() {
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(1));
      tower.awaitRun();
      tower.failRun(new ModelFault("the graph broke", null));

      assertThatExceptionOfType(ArgusException.class)
          .isThrownBy(stream::next)
          .withMessageContaining("the graph broke");
    }
  }

  @Test
  void aFullQueueIsSaidWithAHint() {
    try (var full = open();
        var fullToo = open();
        var refused = open()) {
      full.send(header());
      full.send(tile(0));
      tower.awaitRun();
      for (int tile = 1; tile < WINDOW; tile++) {
        full.send(tile(tile));
      }
      fullToo.send(header());
      for (int tile = 0; tile < 3; tile++) {
        fullToo.send(tile(tile));
      }
      awaitQueued(6);
      refused.send(header());
      refused.send(tile(1));

      assertThatExceptionOfType(Overloaded.class)
          .isThrownBy(refused::next)
          .satisfies(failure -> assertThat(failure.retryAfter()).isPositive());
    }
  }

  /** The tile beyond the window is broken, and nobody notices before there is room for it. */
  @Test
  void aTileBeyondTheWindowIsNotReadBeforeAnAnswerIsSent() {
    try (var stream = open()) {
      stream.send(header());
      stream.send(tile(0));
      tower.awaitRun();
      for (int tile = 1; tile < WINDOW; tile++) {
        stream.send(tile(tile));
      }
      stream.send(changed(tile -> tile.setSide(9)));
      awaitQueued(WINDOW - 1);

      tower.finishRun();
      assertThat(visualTokens(stream).getTileIndex()).isZero();
      assertThatExceptionOfType(InvalidInput.class).isThrownBy(stream::next);
    }
  }

  @Test
  void cancellingDropsTheStreamsTiles() {
    try (var stream = open();
        var other = open()) {
      stream.send(header());
      stream.send(tile(1));
      tower.awaitRun();
      stream.send(tile(2));
      stream.send(tile(3));
      awaitQueued(2);

      stream.cancel(new Cancelled("enough"));

      awaitQueued(0);
      tower.finishRun();
      other.send(header());
      other.send(tile(5));
      assertThat(tower.awaitRun()).containsExactly(5);
      tower.finishRun();
      assertThat(visualTokens(other).getTileIndex()).isEqualTo(5);
    }
  }

  @Test
  void aDeadlineThatPassesDropsTheStreamsTiles() {
    EncodeServiceGrpc.EncodeServiceStub hurried =
        EncodeServiceGrpc.newStub(channel).withDeadlineAfter(500, TimeUnit.MILLISECONDS);
    try (var stream =
        ClientStream.<EncodeRequest, EncodeResponse>open(
            Stage.STAGE_ENCODER, StreamLimits.defaults(), hurried::encode)) {
      stream.send(header());
      stream.send(tile(1));
      tower.awaitRun();
      stream.send(tile(2));
      awaitQueued(1);

      assertThatExceptionOfType(DeadlineExpired.class).isThrownBy(stream::next);
      awaitQueued(0);
    }
  }

  private void assertFails(
      Class<? extends ArgusException> kind, String words, EncodeRequest... requests) {
    try (var stream = open()) {
      assertThatExceptionOfType(kind)
          .isThrownBy(() -> {
            for (EncodeRequest request : requests) {
              stream.send(request);
            }
            stream.halfClose();
            while (stream.next().isPresent()) {}
          })
          .withMessageContaining(words);
    }
  }

  private static EncodeRequest changed(UnaryOperator<Tile.Builder> change) {
    return EncodeRequest.newBuilder().setTile(change.apply(tile(1).getTile().toBuilder())).build();
  }
}
