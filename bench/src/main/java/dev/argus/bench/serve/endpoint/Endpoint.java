package dev.argus.bench.serve.endpoint;

/** A server that answers questions. Thread-safe. */
public interface Endpoint extends AutoCloseable {

  /** The model that is asked, by its name there. */
  String model();

  /** Makes a question ready to be sent, so that this work is not in what is timed afterwards. */
  Call prepare(Question question);

  @Override
  void close();

  /** A question, ready to be sent once. */
  @FunctionalInterface
  interface Call {

    /**
     * Sends it and waits for the end of its answer.
     *
     * @param heard called whenever a piece of the answer with a token or more has come, by one
     *     thread at a time
     * @throws RequestFailed if there is no whole answer
     * @throws InterruptedException when the calling thread is interrupted; the server is told that
     *     nobody listens any more
     */
    Reply listen(Runnable heard) throws RequestFailed, InterruptedException;
  }
}
