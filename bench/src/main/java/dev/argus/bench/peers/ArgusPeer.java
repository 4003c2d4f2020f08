package dev.argus.bench.peers;

import dev.argus.bench.measure.Patience;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.checkpoint.graph.Precision;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.cli.client.Answerer;
import dev.argus.cli.client.Conversation;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.v1.Detail;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Argus as it is served, all stages in this process. */
final class ArgusPeer implements Peer {
  private final String label;
  private final AllInOne stages;

  private ArgusPeer(String label, AllInOne stages) {
    this.label = label;
    this.stages = stages;
  }

  /** Starts it with all of its recipes; pictures that were not shown before find no cache warm. */
  static ArgusPeer start(Path checkpoint, Precision precision, int threads) {
    AllInOneSettings settings =
        AllInOneSettings.defaults(Map.of("bench", checkpoint))
            .withPrecision(precision)
            .withEncoder(encoder -> Patience.of(encoder.withThreads(threads)))
            .withDecoder(decoder -> Patience.of(decoder.withThreads(threads)))
            .withGateway(Patience::of);
    return new ArgusPeer(
        "Argus " + precision.label(),
        AllInOne.start(settings, Telemetry.off(), BuildProgress.SILENT));
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Reply answer(Path picture, int tokens) {
    return answer(request(picture, tokens), System.nanoTime());
  }

  @Override
  public List<Reply> together(List<Path> pictures, int tokens) {
    List<GenerateRequest> requests =
        pictures.stream().map(picture -> request(picture, tokens)).toList();
    long start = System.nanoTime();
    List<Future<Reply>> replies;
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      replies =
          requests.stream().map(request -> clients.submit(() -> answer(request, start))).toList();
    }
    return replies.stream().map(Future::resultNow).toList();
  }

  private Reply answer(GenerateRequest request, long startNanos) {
    Reply.Stopwatch stopwatch = new Reply.Stopwatch(startNanos);
    new Answerer(stages.gateway())
        .answer(request, event -> stopwatch.take(event.getToken().getIdsList()));
    return stopwatch.reply();
  }

  private static GenerateRequest request(Path picture, int tokens) {
    Conversation conversation = new Conversation(Detail.DETAIL_AUTO);
    conversation.addPicture(picture);
    return GenerateRequest.newBuilder()
        .addAllMessages(conversation.with(QUESTION))
        .setSampling(
            Sampling.newBuilder().setTemperature(0).setMaxTokens(tokens).setIgnoreEos(true))
        .build();
  }

  @Override
  public void close() {
    stages.close();
  }
}
