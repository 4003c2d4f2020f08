package dev.argus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argus.testdata.Golden;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the README shows is right: its commands are understood, its code compiles. */
final class ReadmeTest {
  private static final Path ROOT = Golden.repository();
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^ {4}(?:[A-Z_]+=\\S+ )*\\./argus (.+)$");
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.+?)```");

  @TempDir private Path classes;

  static List<String> commands() throws IOException {
    return COMMAND.matcher(readme()).results().map(match -> match.group(1)).toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandIsUnderstood(String command) {
    String[] arguments = command.split(" ");
    ArgusCommand.commandLine(new Installation(ROOT), arguments).parseArgs(arguments);
  }

  @Test
  void theClientCodeCompiles() throws IOException {
    var snippet = JAVA.matcher(readme());
    assertThat(snippet.find()).isTrue();
    var source =
        """
        import dev.argus.v1.*;
        import io.grpc.*;
        import java.time.Duration;

        class Snippet {
          void run(com.google.protobuf.ByteString picture) {
            %s
          }
        }
        """
            .formatted(snippet.group(1));
    var problems = new DiagnosticCollector<JavaFileObject>();

    ToolProvider.getSystemJavaCompiler()
        .getTask(
            null,
            null,
            problems,
            List.of("-d", classes.toString(), "-proc:none"),
            null,
            List.of(new SourceText(source)))
        .call();

    assertThat(problems.getDiagnostics())
        .filteredOn(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
        .isEmpty();
  }

  @Test
  void everyLinkedFileIsThere() throws IOException {
    assertThat(Pattern.compile("\\]\\(([^:)#]+)\\)").matcher(readme()).results())
        .isNotEmpty()
        .allSatisfy(link -> assertThat(ROOT.resolve(link.group(1))).exists());
  }

  private static String readme() throws IOException {
    return Files.readString(ROOT.resolve("README.md"));
  }

  private static final class SourceText extends SimpleJavaFileObject {
    private final String text;

    SourceText(String text) {
      super(URI.create("string:///Snippet.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
