/** The figures of a run in the words of {@code vllm bench serve}: text, JSON, PNG and HTML. */
@NullMarked
package dev.argus.bench.serve.report;

import org.jspecify.annotations.NullMarked;
