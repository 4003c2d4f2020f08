package dev.argus.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The chart, through Helm. */
final class Chart {
  private static final Path DIRECTORY = directory();

  private Chart() {}

  private static Path directory() {
    Path fromModule = Path.of("argus");
    return Files.exists(fromModule.resolve("Chart.yaml")) ? fromModule : Path.of("helm/argus");
  }

  /** A file of the chart. */
  static Path file(String name) {
    return DIRECTORY.resolve(name);
  }

  static LintResult lint() {
    return new Helm(DIRECTORY).lint().strict().call();
  }

  /**
   * The manifests.
   *
   * @param valuesFile of the chart; empty for its defaults
   * @param set values by their paths
   * @throws IllegalStateException if Helm refuses the values, saying why
   */
  static String render(String valuesFile, Map<String, String> set) {
    TemplateCommand template =
        new Helm(DIRECTORY)
            .template()
            .withName("demo")
            .withNamespace("vision")
            .withKubeVersion("1.33.0");
    if (!valuesFile.isEmpty()) {
      template.withValuesFile(file(valuesFile).toAbsolutePath());
    }
    set.forEach(template::set);
    return template.call();
  }
}
