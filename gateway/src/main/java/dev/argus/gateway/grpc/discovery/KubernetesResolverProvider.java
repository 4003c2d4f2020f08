package dev.argus.gateway.grpc.discovery;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resolves {@code k8s:///[namespace/]service[:port]}; gRPC finds it by the scheme. */
public final class KubernetesResolverProvider extends NameResolverProvider {
  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!getScheme().equals(target.getScheme())) {
      return null;
    }
    KubernetesAccess access = args.getArg(KubernetesAccess.KEY);
    return new KubernetesResolver(
        ServiceTarget.parse(target),
        access == null ? KubernetesAccess.standard() : access,
        args.getSynchronizationContext());
  }

  @Override
  public String getScheme() {
    return "k8s";
  }

  @Override
  public String getDefaultScheme() {
    return getScheme();
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  /** Below that of DNS: what has no scheme is a host. */
  @Override
  protected int priority() {
    return 4;
  }
}
