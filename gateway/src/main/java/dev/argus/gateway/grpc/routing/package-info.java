/**
 * Which replica of a stage a call goes to: a gRPC load balancer that keeps caches hot and load
 * even. Knows gRPC and what a call is for; not where replicas come from.
 */
@NullMarked
package dev.argus.gateway.grpc.routing;

import org.jspecify.annotations.NullMarked;
