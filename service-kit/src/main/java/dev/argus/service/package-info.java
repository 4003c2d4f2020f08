/**
 * What every server shares: telemetry, failures on the wire, channels, start and stop. Depends on
 * {@code base} and {@code proto}.
 */
@NullMarked
package dev.argus.service;

import org.jspecify.annotations.NullMarked;
