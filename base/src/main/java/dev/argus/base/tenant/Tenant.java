package dev.argus.base.tenant;

import dev.argus.base.failure.InvalidInput;
import java.util.regex.Pattern;

/**
 * Whose request it is: who shares caches and limits, and with whom nobody else does.
 *
 * @param name 1 to 64 letters, digits, dots, dashes and underscores
 */
public record Tenant(String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Whoever does not say. */
  public static final Tenant DEFAULT = new Tenant("default");

  /**
   * @throws IllegalArgumentException if it is no name of a tenant
   */
  public Tenant {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(rule());
    }
  }

  /**
   * The tenant that a caller names.
   *
   * @param name empty for the default one
   * @param field where the name stands, for the failure
   * @throws InvalidInput if it is no name of a tenant
   */
  public static Tenant parse(String name, String field) {
    if (name.isEmpty()) {
      return DEFAULT;
    }
    if (!NAME.matcher(name).matches()) {
      throw new InvalidInput(field, rule());
    }
    return new Tenant(name);
  }

  private static String rule() {
    return "must be 1 to 64 letters, digits, dots, dashes and underscores";
  }

  @Override
  public String toString() {
    return name;
  }
}
