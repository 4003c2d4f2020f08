/**
 * OpenAI's chat completions: their JSON to and from {@code argus.v1}, pictures that are elsewhere,
 * and the errors in OpenAI's shape. Knows what an HTTP request says, not which server received it.
 * Depends on {@code grpc}, which answers.
 */
@NullMarked
package dev.argus.gateway.http;

import org.jspecify.annotations.NullMarked;
