package dev.argus.cli.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * No test of any module sleeps: it waits for what is to happen, or moves a clock that it has given.
 */
final class PatienceTest {

  @Test
  void noTestSleeps() throws IOException {
    JavaClasses tests = new ClassFileImporter().importPaths(testClasses());

    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", Duration.class)
        .check(tests);
  }

  private static List<Path> testClasses() throws IOException {
    try (Stream<Path> modules = Files.list(Golden.repository())) {
      return modules
          .map(module -> module.resolve("target/test-classes"))
          .filter(Files::isDirectory)
          .toList();
    }
  }
}
