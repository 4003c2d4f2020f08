package dev.argus.bench.simulate.model;

/** One stage's work in a pod. */
interface Station {

  /** Requests that are there. */
  int calls();

  /** What waits, in the unit that the stage is scaled by. */
  int waiting();

  /** Forgets a request that has ended elsewhere. */
  void drop(Request request);
}
