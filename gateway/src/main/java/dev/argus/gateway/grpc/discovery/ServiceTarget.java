package dev.argus.gateway.grpc.discovery;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Kubernetes Service, as a target names it: {@code k8s:///[namespace/]service[:port]}.
 *
 * @param namespace empty: this process's own
 * @param service its name
 * @param port a number, or the name of one of the Service's ports; empty: its only one, or else the
 *     one that is named {@code grpc}
 */
record ServiceTarget(Optional<String> namespace, String service, Optional<String> port) {
  private static final String LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
  private static final Pattern PATH =
      Pattern.compile("/(?:(%1$s)/)?(%1$s)(?::(%1$s))?".formatted(LABEL));

  /**
   * Reads a target.
   *
   * @throws IllegalArgumentException saying what a target looks like
   */
  static ServiceTarget parse(URI target) {
    Matcher path = PATH.matcher(target.getPath() == null ? "" : target.getPath());
    boolean local = target.getAuthority() == null || target.getAuthority().isEmpty();
    if (!local || !path.matches()) {
      throw new IllegalArgumentException(
          "A Service is named k8s:///[namespace/]service[:port], not " + target);
    }
    return new ServiceTarget(
        Optional.ofNullable(path.group(1)), path.group(2), Optional.ofNullable(path.group(3)));
  }
}
