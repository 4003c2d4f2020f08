package dev.argus.gateway.grpc;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.tenant.Tenant;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/**
 * Whose request it is: what the call's metadata {@code argus-tenant} says, unless the gateway
 * serves one tenant only. Has to intercept the calls that ask. Thread-safe.
 *
 * <p>It is not proven here who the caller is: whatever stands before the gateway has to set or to
 * check the metadata.
 */
public final class Tenants implements ServerInterceptor {
  /** The metadata's key, and the HTTP header's name. */
  public static final String HEADER = "argus-tenant";

  private static final Metadata.Key<String> KEY =
      Metadata.Key.of(HEADER, Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> NAMED = Context.keyWithDefault(HEADER, "");

  private final Optional<Tenant> only;

  /**
   * @param only whose all requests are, whatever they say; empty: they say
   */
  public Tenants(Optional<Tenant> only) {
    this.only = only;
  }

  @Override
  public <Q, R> Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String named = headers.get(KEY);
    Context context = Context.current().withValue(NAMED, named == null ? "" : named);
    return Contexts.interceptCall(context, call, headers, next);
  }

  /**
   * Whose the current call is.
   *
   * @throws InvalidInput if it names no tenant that can be
   */
  Tenant current() {
    return of(NAMED.get());
  }

  /**
   * Whose a request is that names a tenant, or with an empty name none.
   *
   * @throws InvalidInput if it names no tenant that can be
   */
  public Tenant of(String named) {
    return only.orElseGet(() -> Tenant.parse(named, HEADER));
  }
}
