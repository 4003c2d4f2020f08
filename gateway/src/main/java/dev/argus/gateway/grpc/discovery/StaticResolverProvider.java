package dev.argus.gateway.grpc.discovery;

import io.grpc.NameResolver;
import java.net.URI;
import java.util.Objects;

/** Resolves {@code static:///host:port,host:port}. */
public final class StaticResolverProvider extends ReplicaResolverProvider {
  public StaticResolverProvider() {
    super("static");
  }

  @Override
  NameResolver resolver(URI target, NameResolver.Args args) {
    return StaticResolver.of(target, Objects.requireNonNull(args.getOffloadExecutor()));
  }
}
