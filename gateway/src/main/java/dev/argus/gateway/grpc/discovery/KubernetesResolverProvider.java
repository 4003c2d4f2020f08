package dev.argus.gateway.grpc.discovery;

import io.grpc.NameResolver;
import java.net.URI;

/** Resolves {@code k8s:///[namespace/]service[:port]}. */
public final class KubernetesResolverProvider extends ReplicaResolverProvider {
  public KubernetesResolverProvider() {
    super("k8s");
  }

  @Override
  NameResolver resolver(URI target, NameResolver.Args args) {
    KubernetesAccess access = args.getArg(KubernetesAccess.KEY);
    return new KubernetesResolver(
        ServiceTarget.parse(target),
        access == null ? KubernetesAccess.standard() : access,
        args.getSynchronizationContext());
  }
}
