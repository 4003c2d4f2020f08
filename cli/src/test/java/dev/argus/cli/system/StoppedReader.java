package dev.argus.cli.system;

import dev.argus.v1.GenerateRequest;
import dev.argus.v1.GenerateResponse;
import dev.argus.v1.GenerationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that takes the first event of its answer and then no more, until told to. */
final class StoppedReader extends ClientCall.Listener<GenerateResponse> {
  private final BlockingQueue<Code> end = new LinkedBlockingQueue<>();
  private final ClientCall<GenerateRequest, GenerateResponse> call;

  private StoppedReader(ClientCall<GenerateRequest, GenerateResponse> call) {
    this.call = call;
  }

  static StoppedReader ask(GenerateRequest request, Channel gateway) {
    StoppedReader reader =
        new StoppedReader(
            gateway.newCall(GenerationServiceGrpc.getGenerateMethod(), CallOptions.DEFAULT));
    reader.call.start(reader, new Metadata());
    reader.call.sendMessage(request);
    reader.call.halfClose();
    reader.call.request(1);
    return reader;
  }

  /** Takes all that is left, and says how it ended. */
  Code readToTheEnd(Duration limit) throws InterruptedException {
    call.request(Integer.MAX_VALUE);
    Code code = end.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (code == null) {
      throw new AssertionError("the answer did not end within " + limit);
    }
    return code;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    end.add(status.getCode());
  }
}
