package dev.argus.gateway.grpc.discovery;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resolves targets of one scheme to the replicas of a stage; gRPC finds it by the scheme. */
abstract sealed class ReplicaResolverProvider extends NameResolverProvider
    permits KubernetesResolverProvider, StaticResolverProvider {
  private final String scheme;

  ReplicaResolverProvider(String scheme) {
    this.scheme = scheme;
  }

  /** The resolver of a target of this scheme. */
  abstract NameResolver resolver(URI target, NameResolver.Args args);

  @Override
  public final @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    return scheme.equals(target.getScheme()) ? resolver(target, args) : null;
  }

  @Override
  public final String getScheme() {
    return scheme;
  }

  @Override
  public final String getDefaultScheme() {
    return scheme;
  }

  @Override
  public final Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  @Override
  protected final boolean isAvailable() {
    return true;
  }

  /** Below that of DNS: what has no scheme is a host. */
  @Override
  protected final int priority() {
    return 4;
  }
}
