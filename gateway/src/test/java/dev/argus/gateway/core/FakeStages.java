package dev.argus.gateway.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Three fake streams, and which of them were opened. */
final class FakeStages implements Stages {
  final FakeStream preprocess = new FakeStream();
  final FakeStream encoder = new FakeStream();
  final FakeStream decoder = new FakeStream();
  final List<FakeStream> opened = new ArrayList<>();

  /** Falls when the request has begun. */
  final CountDownLatch preprocessing = new CountDownLatch(1);

  @Override
  public StageStream preprocess() {
    opened.add(preprocess);
    preprocessing.countDown();
    return preprocess;
  }

  @Override
  public StageStream encode(PromptPlan plan) {
    opened.add(encoder);
    return encoder;
  }

  @Override
  public StageStream decode(PromptPlan plan) {
    opened.add(decoder);
    return decoder;
  }
}
