package dev.argus.service.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** What logback.xml makes of an event. */
class LogFormatTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @Test
  void aLineOfTextEndsWithTheTrace() throws Exception {
    assertThat(logged("text")).endsWith("WARN  Requests: slow \"one\" trace=" + TRACE + "\n");
  }

  @Test
  void aLineOfJsonHasTheTraceInItsContext() throws Exception {
    JsonNode line = new ObjectMapper().readTree(logged("json"));

    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("loggerName").asText()).isEqualTo("dev.argus.Requests");
    assertThat(line.path("formattedMessage").asText()).isEqualTo("slow \"one\"");
    assertThat(line.at("/mdc/trace_id").asText()).isEqualTo(TRACE);
    assertThat(line.path("timestamp").asLong()).isPositive();
  }

  private static String logged(String format) throws Exception {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("ARGUS_LOG_FORMAT", format);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(written, true, UTF_8));
    var span =
        Span.wrap(
            SpanContext.create(
                TRACE, "b7ad6b7169203331", TraceFlags.getSampled(), TraceState.getDefault()));
    try (Scope _ = span.makeCurrent()) {
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
      context.getLogger("dev.argus.Requests").warn("slow {}", "\"one\"");
    } finally {
      System.setErr(before);
      context.stop();
    }
    return written.toString(UTF_8);
  }
}
