package dev.argus.service;

import io.grpc.BindableService;
import java.util.List;

/**
 * One stage of the pipeline, assembled and ready to be bound to a server, whatever transport
 * carries it.
 */
public interface StageService extends AutoCloseable {

  /** What to bind. */
  List<BindableService> services();

  /** Stops the stage's threads and frees its memory. Its streams must have ended. */
  @Override
  void close();
}
