package dev.argus.preprocess.grpc;

import dev.argus.base.failure.ArgusException;
import dev.argus.base.failure.Cancelled;
import dev.argus.base.failure.DeadlineExpired;
import dev.argus.base.failure.InvalidInput;
import dev.argus.service.wire.StreamSender;
import dev.argus.stage.v1.Conversation;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What one stream of {@code Preprocess} is told: the conversation, then which tiles are held.
 * gRPC's thread brings it, one message at a time; the stream's own thread asks.
 */
final class PreprocessCall implements StreamObserver<PreprocessRequest> {
  private final StreamSender<PreprocessResponse> sender;

  /** Completed once: by the conversation, or by what made it impossible. */
  private final CompletableFuture<Conversation> conversation = new CompletableFuture<>();

  /** Falls when it is known which tiles are held, or when nothing more will be said. */
  private final CountDownLatch heldTilesKnown = new CountDownLatch(1);

  private volatile int heldTiles;

  PreprocessCall(StreamSender<PreprocessResponse> sender) {
    this.sender = sender;
  }

  @Override
  public void onNext(PreprocessRequest message) {
    switch (message.getEventCase()) {
      case CONVERSATION -> {
        if (!conversation.complete(message.getConversation())) {
          fail(new InvalidInput("conversation", "was sent twice"));
        }
      }
      case HELD_TILES -> hold(message.getHeldTiles().getTiles());
      case EVENT_NOT_SET -> fail(new InvalidInput("event", "must be set"));
    }
  }

  private void hold(int tiles) {
    if (!conversation.isDone()) {
      fail(new InvalidInput("conversation", "must be the first message of the stream"));
    } else if (heldTiles != 0) {
      fail(new InvalidInput("held_tiles", "was sent twice"));
    } else {
      // uint32: as many tiles as an int cannot count are all of them.
      heldTiles = tiles < 0 ? Integer.MAX_VALUE : tiles;
      heldTilesKnown.countDown();
    }
  }

  @Override
  public void onError(Throwable error) {
    fail(new Cancelled("The caller cancelled"));
  }

  @Override
  public void onCompleted() {
    conversation.completeExceptionally(
        new InvalidInput("conversation", "must be the first message of the stream"));
    heldTilesKnown.countDown();
  }

  /** Ends the stream, wherever its own thread is. */
  private void fail(ArgusException failure) {
    if (!conversation.completeExceptionally(failure)) {
      sender.abort(failure);
    }
  }

  /** How many of the first tiles nobody needs any more. */
  int heldTiles() {
    return heldTiles;
  }

  /** Waits until that is known or nothing more will be said, for a limited time. */
  void awaitHeldTiles(Duration limit) {
    try {
      boolean _ = heldTilesKnown.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while waiting for the decoder's word");
    }
  }

  /**
   * Waits for the conversation.
   *
   * @throws ArgusException what ended the stream before it came
   */
  Conversation conversation(Duration limit) {
    try {
      return conversation.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new DeadlineExpired("no conversation came within " + limit.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Cancelled("interrupted while waiting for the conversation");
    } catch (ExecutionException e) {
      throw (ArgusException) e.getCause();
    }
  }
}
