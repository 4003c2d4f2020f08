package dev.argus.cli;

import dev.argus.runtime.DeviceName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --device}. */
public final class DeviceNameConverter implements ITypeConverter<DeviceName> {

  @Override
  public DeviceName convert(String value) {
    try {
      return DeviceName.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
