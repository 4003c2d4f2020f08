package dev.argus.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

class LibraryLogsTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger("a.library");
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  @Test
  void joinTheOthersOnce() {
    events.start();
    logger.addAppender(events);
    try {
      LibraryLogs.joinOthers();
      LibraryLogs.joinOthers();
      java.util.logging.Logger.getLogger("a.library").warning("it is late");
    } finally {
      logger.detachAppender(events);
      SLF4JBridgeHandler.uninstall();
    }

    assertThat(events.list)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getLevel()).isEqualTo(Level.WARN);
          assertThat(event.getFormattedMessage()).isEqualTo("it is late");
        });
    assertThat(LogManager.getLogManager().getLogger("").getHandlers()).isEmpty();
  }
}
