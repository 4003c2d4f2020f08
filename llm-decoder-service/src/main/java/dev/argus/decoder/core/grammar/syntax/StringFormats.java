package dev.argus.decoder.core.grammar.syntax;

import java.util.Map;

/**
 * JSON Schema's names for kinds of strings, as regular expressions. Each is a part of what the name
 * allows: what it matches is valid, and not all that is valid is matched.
 */
final class StringFormats {
  private static final String DAY =
      "\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])"
          + "|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))";
  private static final String HOUR =
      "(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,6})?(?:Z|[+-](?:0\\d|1[0-4]):(?:00|15|30|45))";
  private static final String BYTE = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]\\d|\\d)";
  private static final String NAME = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?";

  static final Map<String, String> EXPRESSIONS =
      Map.of(
          "date",
          DAY,
          "time",
          HOUR,
          "date-time",
          DAY + "T" + HOUR,
          "duration",
          "P(?:\\d{1,4}W|\\d{1,4}D(?:T\\d{1,4}[HMS])?|T\\d{1,4}[HMS])",
          "email",
          "[A-Za-z0-9_+-]{1,32}(?:\\.[A-Za-z0-9_+-]{1,15}){0,1}@(?:"
              + NAME
              + "\\.){1,3}[A-Za-z]{2,10}",
          "hostname",
          NAME + "(?:\\." + NAME + "){0,4}",
          "ipv4",
          BYTE + "(?:\\." + BYTE + "){3}",
          "ipv6",
          "[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}",
          "uuid",
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private StringFormats() {}
}
