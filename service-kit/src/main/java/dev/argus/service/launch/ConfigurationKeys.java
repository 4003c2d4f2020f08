package dev.argus.service.launch;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.ConfigurationReader;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.convert.ConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.inject.BeanDefinition;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The configuration keys that mean something, and the check that no other is set: a key that nobody
 * reads is a typing error, and its default would go unnoticed.
 *
 * <p>Known are the keys that the context's configuration beans read, and everything below a key
 * that is read as a map. Sections of other stages are not looked into, so that all stages can share
 * one file. Case, and which separator stands between words, do not matter, as in Micronaut: {@code
 * ARGUS_GATEWAY_MAX_REQUESTS} is {@code argus.gateway.max-requests}.
 */
final class ConfigurationKeys {
  private final Map<String, Argument<?>> keys = new TreeMap<>();
  private final List<String> maps = new ArrayList<>();

  private ConfigurationKeys() {}

  /**
   * Checks the keys that begin with {@code argus}.
   *
   * @throws ConfigurationException naming an unknown key, where it was set, and the nearest known
   *     one
   */
  static void check(ApplicationContext context, List<String> otherStages) {
    ConfigurationKeys known = of(context);
    for (PropertySource source : context.getEnvironment().getPropertySources()) {
      for (String key : source) {
        if (isArgus(key) && !known.contains(key) && !belongsTo(otherStages, key)) {
          throw new ConfigurationException(
              "Unknown configuration key %s (in %s). Did you mean %s?"
                  .formatted(key, source.getName(), known.nearest(key)));
        }
      }
    }
    known.keys.forEach((key, type) -> checkValue(context.getEnvironment(), key, type));
  }

  /** Micronaut takes the default where a value cannot be read, and says nothing. */
  private static void checkValue(Environment environment, String key, Argument<?> type) {
    Optional<?> value = environment.getProperty(key, ConversionContext.of(type));
    if (value.isEmpty() && environment.containsProperty(key)) {
      throw new ConfigurationException(
          "%s must be of type %s, which %s is not"
              .formatted(
                  key,
                  type.getType().getSimpleName(),
                  environment.getProperty(key, String.class).orElse("its value")));
    }
  }

  private static ConfigurationKeys of(ApplicationContext context) {
    var known = new ConfigurationKeys();
    known.keys.put("argus.stage", Argument.STRING);
    // Read by logback.xml.
    known.keys.put("argus.log-level", Argument.STRING);
    known.keys.put("argus.log-format", Argument.of(LogFormat.class));
    for (BeanDefinition<?> reader :
        context.getBeanDefinitions(Qualifiers.byStereotype(ConfigurationReader.class))) {
      arguments(reader).forEach(known::add);
      reader
          .getExecutableMethods()
          .forEach(method ->
              known.add(
                  method.getReturnType().asArgument(),
                  method.stringValue(Property.class, "name").orElse("")));
    }
    return known;
  }

  private static Stream<Argument<?>> arguments(BeanDefinition<?> reader) {
    return Stream.concat(
        Stream.of(reader.getConstructor().getArguments()),
        reader.getInjectedMethods().stream().flatMap(method -> Stream.of(method.getArguments())));
  }

  private void add(Argument<?> argument) {
    add(argument, argument.getAnnotationMetadata().stringValue(Property.class, "name").orElse(""));
  }

  private void add(Argument<?> argument, String key) {
    if (isArgus(key)) {
      keys.put(key, argument);
      if (Map.class.isAssignableFrom(argument.getType())) {
        maps.add(canonical(key));
      }
    }
  }

  private boolean contains(String key) {
    String wanted = canonical(key.replaceAll("\\[.*", ""));
    return keys.keySet().stream().map(ConfigurationKeys::canonical).anyMatch(wanted::equals)
        || maps.stream().anyMatch(wanted::startsWith);
  }

  private String nearest(String key) {
    String wanted = key.toLowerCase(Locale.ROOT);
    return keys.keySet().stream()
        .min(Comparator.comparingInt(candidate -> distance(candidate, wanted)))
        .orElse("argus.stage");
  }

  private static boolean isArgus(String key) {
    String canonical = key.toLowerCase(Locale.ROOT);
    return canonical.startsWith("argus.") || canonical.startsWith("argus_");
  }

  private static boolean belongsTo(List<String> stages, String key) {
    return stages.stream().anyMatch(stage -> canonical(key).startsWith("argus" + stage));
  }

  private static String canonical(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  /** Levenshtein's distance: how many characters to insert, delete or replace. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }

  /** How logs are written. */
  private enum LogFormat {
    TEXT,
    JSON
  }
}
