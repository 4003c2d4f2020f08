package dev.argus.bench.simulate.profile;

/**
 * What a pod is given. Models run on its GPU where it has one, else on all its processors.
 *
 * @param cpus at least 1
 * @param gpus 0 or 1
 */
public record PodShape(int cpus, int gpus) {
  public PodShape {
    Profile.require(cpus >= 1, "pods have 1 CPU or more");
    Profile.require(gpus == 0 || gpus == 1, "pods have no GPU or one");
  }
}
