package dev.argus.gateway.grpc.discovery;

import io.grpc.NameResolver.Args;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the API server is reached.
 *
 * @param client makes a client of a resolver's own
 * @param namespace the one that is meant where a target names none
 */
record KubernetesAccess(ClientSource client, String namespace, WatchTiming timing) {
  /** Where a channel says that it is reached in another way than by default. */
  static final Args.Key<KubernetesAccess> KEY = Args.Key.create("dev.argus.kubernetes");

  private static final Path NAMESPACE =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount/namespace");

  /** Makes clients. */
  interface ClientSource {
    ApiClient open() throws IOException;
  }

  /**
   * As the official client finds it: {@code KUBECONFIG}, {@code ~/.kube/config}, or the service
   * account of the pod that this runs in.
   */
  static KubernetesAccess standard() {
    return new KubernetesAccess(
        () -> ClientBuilder.standard().build(), ownNamespace(), WatchTiming.DEFAULT);
  }

  private static String ownNamespace() {
    String named = System.getenv("POD_NAMESPACE");
    if (named != null && !named.isBlank()) {
      return named;
    }
    try {
      return Files.exists(NAMESPACE) ? Files.readString(NAMESPACE).strip() : "default";
    } catch (IOException e) {
      return "default";
    }
  }
}
