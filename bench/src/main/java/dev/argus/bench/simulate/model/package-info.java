/** The stages, as far as time is concerned: replicas, deployments, and how requests go. */
@NullMarked
package dev.argus.bench.simulate.model;

import org.jspecify.annotations.NullMarked;
