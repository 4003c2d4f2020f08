package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argus.v1.GenerateRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Clients that each ask one question after the other, of a gateway that is there, and compare what
 * they hear with what was answered when nothing disturbed. They pause between two questions, so
 * that processes that start beside them find a processor.
 */
final class SteadyClients implements AutoCloseable {
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("argus-tenant", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

  private final ManagedChannel channel;
  private final Channel gateways;
  private final List<GenerateRequest> questions;
  private final List<WholeAnswer> expected;
  private final List<AtomicInteger> answers = new ArrayList<>();
  private final AtomicInteger listening = new AtomicInteger();
  private final Semaphore hurry = new Semaphore(0);
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean ended;

  private SteadyClients(ManagedChannel channel, List<GenerateRequest> questions) {
    this.channel = channel;
    this.gateways = ClientInterceptors.intercept(channel, new WaitForReady());
    this.questions = questions;
    this.expected = questions.stream().map(this::answerInPeace).toList();
  }

  /** Asks each question once, in peace, then begins. */
  static SteadyClients start(
      int number, Supplier<ManagedChannel> connect, List<GenerateRequest> questions) {
    SteadyClients started = new SteadyClients(connect.get(), questions);
    for (int client = 0; client < number; client++) {
      started.begin(client);
    }
    return started;
  }

  private WholeAnswer answerInPeace(GenerateRequest question) {
    WholeAnswer answer = WholeAnswer.to(question, gateways);
    assertThat(answer.ids()).hasSize(question.getSampling().getMaxTokens());
    return answer;
  }

  private void begin(int client) {
    AtomicInteger count = new AtomicInteger();
    answers.add(count);
    clients.execute(() -> {
      for (int turn = client; !ended; turn++) {
        ask(turn % questions.size(), as(tenant(client, turn)));
        count.incrementAndGet();
        pause();
      }
    });
  }

  private void pause() {
    try {
      hurry.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Half of the clients meet warm caches; the others are somebody else each time. */
  private static String tenant(int client, int turn) {
    return client % 2 == 0 ? "regular" : "visitor-%d-%d".formatted(client, turn);
  }

  private Channel as(String tenant) {
    Metadata metadata = new Metadata();
    metadata.put(TENANT, tenant);
    return ClientInterceptors.intercept(
        gateways, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private void ask(int question, Channel asked) {
    AtomicBoolean begun = new AtomicBoolean();
    try {
      WholeAnswer answer =
          WholeAnswer.to(
              questions.get(question),
              asked,
              _ -> {
                if (begun.compareAndSet(false, true)) {
                  listening.incrementAndGet();
                }
              });
      if (!answer.ids().equals(expected.get(question).ids())
          || !answer.text().equals(expected.get(question).text())) {
        problems.add("%s instead of %s".formatted(answer.ids(), expected.get(question).ids()));
      }
    } catch (RuntimeException e) {
      problems.add(e.toString());
    } finally {
      if (begun.get()) {
        listening.decrementAndGet();
      }
    }
  }

  /** Lets nobody pause until at least half of them have heard a part of their answers. */
  void areInTheMiddleOfAnswers() {
    await()
        .pollInterval(BETWEEN_LOOKS)
        .atMost(LONGEST_ANSWER)
        .until(() -> {
          hurry.release();
          return listening.get() * 2 >= answers.size();
        });
    hurry.drainPermits();
  }

  /** Waits until each client has got at least one more answer that it asked for from now on. */
  void eachHasOneMoreAnswer() {
    List<Integer> wanted = answers.stream().map(count -> count.get() + 2).toList();
    await("all clients are answered").atMost(LONGEST_ANSWER).until(() -> reached(wanted));
  }

  private boolean reached(List<Integer> wanted) {
    for (int client = 0; client < wanted.size(); client++) {
      if (answers.get(client).get() < wanted.get(client)) {
        return false;
      }
    }
    return true;
  }

  /** Answers so far, wrong ones included. */
  int answers() {
    return answers.stream().mapToInt(AtomicInteger::get).sum();
  }

  /** What was answered wrongly, or not at all. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  @Override
  public void close() {
    ended = true;
    clients.close();
    channel.shutdownNow();
  }

  /** While no gateway is connected, calls wait for one: what gRPC advises to clients. */
  private static final class WaitForReady implements ClientInterceptor {
    @Override
    public <Q, R> ClientCall<Q, R> interceptCall(
        MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      return next.newCall(method, options.withWaitForReady());
    }
  }
}
