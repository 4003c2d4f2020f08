package dev.argus.bench.soak;

import com.google.protobuf.ByteString;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import dev.argus.v1.Image;
import dev.argus.v1.Message;
import dev.argus.v1.Part;
import dev.argus.v1.Role;
import dev.argus.v1.Sampling;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that asks random questions about random pictures: it listens to the end, leaves at any
 * moment, sets a deadline that may be too short, or reads slowly. Used by one thread.
 */
final class Visitor {
  private static final int MOST_TOKENS = 60;

  private final Channel gateway;
  private final List<ByteString> pictures;
  private final Random random;
  private final Tally tally;

  Visitor(Channel gateway, List<ByteString> pictures, Random random, Tally tally) {
    this.gateway = gateway;
    this.pictures = pictures;
    this.random = random;
    this.tally = tally;
  }

  /** Asks one question. */
  void ask() {
    Context.CancellableContext context = Context.current().withCancellation();
    Context before = context.attach();
    try {
      listen(context);
    } catch (StatusRuntimeException e) {
      count(e.getStatus());
    } finally {
      context.detach(before);
      context.cancel(null);
    }
  }

  private void listen(Context.CancellableContext context) {
    var stub = GenerationServiceGrpc.newBlockingStub(gateway);
    if (random.nextInt(6) == 0) {
      stub = stub.withDeadlineAfter(1 + random.nextInt(200), TimeUnit.MILLISECONDS);
    }
    int leavesAfter = random.nextInt(4) == 0 ? random.nextInt(MOST_TOKENS) : Integer.MAX_VALUE;
    boolean slow = random.nextInt(8) == 0;
    Iterator<GenerateResponse> answer = stub.generate(question());
    for (int events = 0; events < leavesAfter && answer.hasNext(); events++) {
      if (answer.next().hasCompletion()) {
        tally.answered();
        return;
      }
      if (slow) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20)));
      }
    }
    context.cancel(null);
    tally.gaveUp();
  }

  private GenerateRequest question() {
    Message.Builder message = Message.newBuilder().setRole(Role.ROLE_USER);
    int shown = random.nextInt(3);
    for (int i = 0; i < shown; i++) {
      ByteString picture = pictures.get(random.nextInt(pictures.size()));
      message.addContent(Part.newBuilder().setImage(Image.newBuilder().setData(picture)));
    }
    message.addContent(Part.newBuilder().setText("What is it? ".repeat(1 + random.nextInt(8))));
    return GenerateRequest.newBuilder()
        .addMessages(message)
        .setSampling(
            Sampling.newBuilder()
                .setMaxTokens(1 + random.nextInt(MOST_TOKENS))
                .setTemperature(random.nextBoolean() ? 0 : 1)
                .setIgnoreEos(random.nextBoolean()))
        .build();
  }

  private void count(Status status) {
    switch (status.getCode()) {
      case CANCELLED, DEADLINE_EXCEEDED -> tally.gaveUp();
      case RESOURCE_EXHAUSTED -> {
        tally.refused();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
      default -> tally.failed(status);
    }
  }
}
