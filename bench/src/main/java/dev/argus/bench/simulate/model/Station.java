package dev.argus.bench.simulate.model;

/** One stage's work in a pod. */
interface Station {

  /** Requests that are there. */
  int calls();

  /** Requests with work for it, which waits or is in progress: {@code argus.<stage>.load}. */
  int load();

  /** Forgets a request that has ended elsewhere. */
  void drop(Request request);
}
