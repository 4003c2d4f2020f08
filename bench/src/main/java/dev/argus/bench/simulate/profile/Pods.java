package dev.argus.bench.simulate.profile;

/**
 * The pods that times were measured with.
 *
 * @param monolith all stages in one pod
 * @param startSeconds from the wish for a pod to one that answers
 */
public record Pods(
    PodShape preprocess,
    PodShape encoder,
    PodShape decoder,
    PodShape monolith,
    double startSeconds) {
  public Pods {
    Profile.require(startSeconds >= 0, "pods.startSeconds must be 0 or more");
    Profile.require(
        encoder.gpus() == decoder.gpus() && encoder.gpus() == monolith.gpus(),
        "encoder, decoder and monolith have a GPU each, or none");
  }

  /** The same with another time to start. */
  public Pods startingIn(double newStartSeconds) {
    return new Pods(preprocess, encoder, decoder, monolith, newStartSeconds);
  }
}
