package dev.argus.runtime;

import java.nio.file.Path;

/** What opens graphs for a device, through one of ONNX Runtime's APIs. Thread-safe. */
interface Graphs extends AutoCloseable {

  /** As {@link Device#open}; the file is there. */
  Session open(Path graph);

  /** As {@link Device#openForeign}; the file is there. */
  Session openForeign(Path graph);

  /** After this no graph can be opened, and no open one bound. */
  @Override
  void close();
}
