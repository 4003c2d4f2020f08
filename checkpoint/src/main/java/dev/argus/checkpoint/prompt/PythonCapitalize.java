package dev.argus.checkpoint.prompt;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code str.capitalize}: the first letter in upper case and, unlike Jinjava's, the rest in lower.
 */
final class PythonCapitalize implements Filter {

  @Override
  public String getName() {
    return "capitalize";
  }

  @Override
  public @Nullable Object filter(
      @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
    if (value == null || value.toString().isEmpty()) {
      return value;
    }
    String text = value.toString();
    int rest = text.offsetByCodePoints(0, 1);
    return text.substring(0, rest).toUpperCase(Locale.ROOT)
        + text.substring(rest).toLowerCase(Locale.ROOT);
  }
}
