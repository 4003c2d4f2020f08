package dev.argus.bench.simulate;

import dev.argus.cli.CommandProvider;
import java.nio.file.Path;
import java.util.function.Function;

/** Brings {@code argus simulate}. */
public final class SimulateCommandProvider implements CommandProvider {

  @Override
  public String name() {
    return "simulate";
  }

  @Override
  public Object command(Function<String, Path> checkpoints) {
    return new SimulateCommand();
  }
}
