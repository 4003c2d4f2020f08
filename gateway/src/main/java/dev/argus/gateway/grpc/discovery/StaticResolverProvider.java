package dev.argus.gateway.grpc.discovery;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resolves {@code static:///host:port,host:port}; gRPC finds it by the scheme. */
public final class StaticResolverProvider extends NameResolverProvider {
  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    return getScheme().equals(target.getScheme())
        ? StaticResolver.of(target, Objects.requireNonNull(args.getOffloadExecutor()))
        : null;
  }

  @Override
  public String getScheme() {
    return "static";
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
