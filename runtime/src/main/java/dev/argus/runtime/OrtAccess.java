package dev.argus.runtime;

import java.util.Locale;

/** Through which of ONNX Runtime's APIs graphs run. What they compute is the same. */
public enum OrtAccess {
  /** The C API: no garbage, less overhead for each run, and memory of devices. */
  C,

  /** The Java API: processors alone. */
  JAVA;

  private static final String PROPERTY = "argus.runtime.access";

  /**
   * What the system property {@value #PROPERTY} says, {@code c} or {@code java}; unset: the C API.
   *
   * @throws IllegalArgumentException if it says something else
   */
  static OrtAccess configured() {
    String name = System.getProperty(PROPERTY, "c");
    for (OrtAccess access : values()) {
      if (access.name().toLowerCase(Locale.ROOT).equals(name)) {
        return access;
      }
    }
    throw new IllegalArgumentException("%s is c or java, not '%s'".formatted(PROPERTY, name));
  }
}
