/**
 * Where a stage's replicas are: gRPC name resolvers for Kubernetes and for fixed lists. Knows gRPC
 * and Kubernetes' API; not what is sent to the replicas.
 */
@NullMarked
package dev.argus.gateway.grpc.discovery;

import org.jspecify.annotations.NullMarked;
