package dev.argus.gateway.grpc;

import com.google.protobuf.ByteString;
import dev.argus.service.StageService;
import dev.argus.service.wire.StreamLimits;
import dev.argus.service.wire.StreamReceiver;
import dev.argus.service.wire.StreamSender;
import dev.argus.service.wire.StreamingCall;
import dev.argus.stage.v1.Admitted;
import dev.argus.stage.v1.CheckpointRef;
import dev.argus.stage.v1.Conversation;
import dev.argus.stage.v1.DecodeRequest;
import dev.argus.stage.v1.DecodeResponse;
import dev.argus.stage.v1.DecodeServiceGrpc;
import dev.argus.stage.v1.DecodeSummary;
import dev.argus.stage.v1.EncodeRequest;
import dev.argus.stage.v1.EncodeResponse;
import dev.argus.stage.v1.EncodeServiceGrpc;
import dev.argus.stage.v1.EncodeSummary;
import dev.argus.stage.v1.ImageGeometry;
import dev.argus.stage.v1.NamedRegion;
import dev.argus.stage.v1.PreprocessHeader;
import dev.argus.stage.v1.PreprocessRequest;
import dev.argus.stage.v1.PreprocessResponse;
import dev.argus.stage.v1.PreprocessServiceGrpc;
import dev.argus.stage.v1.PreprocessSummary;
import dev.argus.stage.v1.PromptLayout;
import dev.argus.stage.v1.Tile;
import dev.argus.stage.v1.VisualSpan;
import dev.argus.stage.v1.VisualTokens;
import dev.argus.v1.Activity;
import dev.argus.v1.ActivityKind;
import dev.argus.v1.FinishReason;
import dev.argus.v1.ResponseFormat;
import dev.argus.v1.Stage;
import dev.argus.v1.Token;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The three stages as services that make things up, and do what a test wants of them. */
final class FakeServices implements StageService {
  /** What a test may change: the number of tiles and tokens, and a hook in each stage. */
  volatile int tiles = 2;

  volatile int tokens = 3;

  /** What preprocess says of the pictures. */
  volatile List<ImageGeometry> images = List.of();

  /** What the decoder names after its tokens. */
  volatile List<NamedRegion> regions = List.of();

  /** The form of the answer that the decoder was last asked for. */
  volatile ResponseFormat format = ResponseFormat.getDefaultInstance();

  /** Whether the decoder ends its stream without waiting for visual tokens. */
  volatile boolean hasty;

  volatile Runnable inPreprocess = () -> {};
  volatile Runnable inEncoder = () -> {};
  volatile Runnable inDecoder = () -> {};

  /** The tenants that streams of the encoder and the decoder were opened for. */
  final Set<String> tenants = ConcurrentHashMap.newKeySet();

  final AtomicInteger tokensSent = new AtomicInteger();
  final CountDownLatch decoderCancelled = new CountDownLatch(1);
  final CountDownLatch encoderCancelled = new CountDownLatch(1);
  final CountDownLatch preprocessCancelled = new CountDownLatch(1);

  @Override
  public List<BindableService> services() {
    return List.of(new Preprocess(), new Encode(), new Decode());
  }

  @Override
  public void close() {}

  private static StreamSender<DecodeResponse> decodeSender(StreamObserver<DecodeResponse> to) {
    return StreamSender.toClient(to, Duration.ofSeconds(30));
  }

  private static Activity activity(Stage stage, ActivityKind kind) {
    return Activity.newBuilder()
        .setStage(stage)
        .setKind(kind)
        .setStartMs(1)
        .setDurationMs(2)
        .setItems(1)
        .build();
  }

  private final class Preprocess extends PreprocessServiceGrpc.PreprocessServiceImplBase {
    @Override
    public StreamObserver<PreprocessRequest> preprocess(
        StreamObserver<PreprocessResponse> responses) {
      StreamReceiver<PreprocessRequest> requests =
          StreamReceiver.fromClient(responses, StreamLimits.defaults());
      StreamSender<PreprocessResponse> sender =
          StreamSender.toClient(responses, Duration.ofSeconds(30));
      sender.onCancel(preprocessCancelled::countDown);
      StreamingCall.serve(
          sender,
          out -> {
            Conversation asked = requests.next().orElseThrow().getConversation();
            out.send(PreprocessResponse.newBuilder().setHeader(header(asked)).build());
            inPreprocess.run();
            for (int i = 0; i < tiles; i++) {
              out.send(PreprocessResponse.newBuilder().setTile(tile(i)).build());
            }
            out.send(
                PreprocessResponse.newBuilder()
                    .setSummary(
                        PreprocessSummary.newBuilder()
                            .addActivities(
                                activity(
                                    Stage.STAGE_PREPROCESS, ActivityKind.ACTIVITY_KIND_RESIZE)))
                    .build());
          });
      return requests;
    }

    private PreprocessHeader header(Conversation request) {
      var layout = PromptLayout.newBuilder();
      IntStream.range(0, 5 + 4 * tiles).forEach(layout::addTokenIds);
      IntStream.range(0, tiles)
          .forEach(
              tile -> layout.addSpans(VisualSpan.newBuilder().setPosition(4 * tile).setLength(4)));
      return PreprocessHeader.newBuilder()
          .setCheckpoint(
              CheckpointRef.newBuilder()
                  .setModel(request.getCheckpoint().getModel())
                  .setFingerprint("f"))
          .setLayout(layout)
          .addAllImages(images)
          .build();
    }

    private Tile tile(int index) {
      return Tile.newBuilder()
          .setIndex(index)
          .setPixels(ByteString.copyFrom(new byte[64 * 64 * 3]))
          .build();
    }
  }

  private final class Encode extends EncodeServiceGrpc.EncodeServiceImplBase {
    @Override
    public StreamObserver<EncodeRequest> encode(StreamObserver<EncodeResponse> responses) {
      StreamReceiver<EncodeRequest> requests =
          StreamReceiver.fromClient(responses, StreamLimits.defaults());
      StreamSender<EncodeResponse> sender =
          StreamSender.toClient(responses, Duration.ofSeconds(30));
      sender.onCancel(encoderCancelled::countDown);
      StreamingCall.serve(
          sender,
          out -> {
            inEncoder.run();
            requests.forEach(request -> answer(request, out));
            out.send(
                EncodeResponse.newBuilder()
                    .setSummary(
                        EncodeSummary.newBuilder()
                            .setCachedTiles(1)
                            .addActivities(
                                activity(Stage.STAGE_ENCODER, ActivityKind.ACTIVITY_KIND_ENCODE)))
                    .build());
          });
      return requests;
    }

    private void answer(EncodeRequest request, StreamSender<EncodeResponse> out) {
      if (request.hasHeader()) {
        tenants.add("encoder " + request.getHeader().getTenant());
      }
      if (request.hasTile()) {
        out.send(
            EncodeResponse.newBuilder()
                .setVisualTokens(
                    VisualTokens.newBuilder().setTileIndex(request.getTile().getIndex()))
                .build());
      }
    }
  }

  private final class Decode extends DecodeServiceGrpc.DecodeServiceImplBase {
    @Override
    public StreamObserver<DecodeRequest> decode(StreamObserver<DecodeResponse> responses) {
      StreamReceiver<DecodeRequest> requests =
          StreamReceiver.fromClient(responses, StreamLimits.defaults());
      StreamSender<DecodeResponse> sender = decodeSender(responses);
      sender.onCancel(decoderCancelled::countDown);
      StreamingCall.serve(
          sender,
          out -> {
            inDecoder.run();
            var filled = new AtomicInteger();
            if (hasty) {
              out.send(summary());
              return;
            }
            requests.forEach(request -> {
              filled.addAndGet(request.hasVisualTokens() ? 1 : 0);
              if (request.hasHeader()) {
                tenants.add("decoder " + request.getHeader().getTenant());
                format = request.getHeader().getResponseFormat();
              }
            });
            out.send(
                DecodeResponse.newBuilder()
                    .setAdmitted(Admitted.newBuilder().setReusedTokens(4).setHeldTiles(1))
                    .build());
            for (int i = 0; i < tokens; i++) {
              out.send(
                  DecodeResponse.newBuilder()
                      .setToken(Token.newBuilder().setText("token " + i).addIds(i))
                      .build());
              tokensSent.incrementAndGet();
            }
            regions.forEach(
                region -> out.send(DecodeResponse.newBuilder().setRegion(region).build()));
            out.send(summary());
          });
      return requests;
    }

    private DecodeResponse summary() {
      return DecodeResponse.newBuilder()
          .setSummary(
              DecodeSummary.newBuilder()
                  .setFinishReason(FinishReason.FINISH_REASON_STOP)
                  .setCompletionTokens(tokens)
                  .setReusedTokens(4)
                  .addActivities(activity(Stage.STAGE_DECODER, ActivityKind.ACTIVITY_KIND_PREFILL)))
          .build();
    }
  }
}
