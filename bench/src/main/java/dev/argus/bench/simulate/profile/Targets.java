package dev.argus.bench.simulate.profile;

/**
 * The load of a replica that autoscaling on load keeps: {@code autoscaling.target} of each stage in
 * the chart. {@code docs/kubernetes.md} says how they are chosen.
 *
 * @param preprocess pictures that wait for a processor or have one
 * @param encoder requests with tiles that wait or are being encoded
 * @param decoder requests that wait for a slot, are being read or generate
 */
public record Targets(double preprocess, double encoder, double decoder) {
  public Targets {
    Profile.require(
        preprocess > 0 && encoder > 0 && decoder > 0, "targets must be above 0, each of them");
  }
}
