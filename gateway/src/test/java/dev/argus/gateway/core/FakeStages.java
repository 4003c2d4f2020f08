package dev.argus.gateway.core;

import java.util.ArrayList;
import java.util.List;

/** Three fake streams, and which of them were opened. */
final class FakeStages implements Stages {
  final FakeStream preprocess = new FakeStream();
  final FakeStream encoder = new FakeStream();
  final FakeStream decoder = new FakeStream();
  final List<FakeStream> opened = new ArrayList<>();

  @Override
  public StageStream preprocess() {
    opened.add(preprocess);
    return preprocess;
  }

  @Override
  public StageStream encode() {
    opened.add(encoder);
    return encoder;
  }

  @Override
  public StageStream decode() {
    opened.add(decoder);
    return decoder;
  }
}
