package dev.argus.bench.tune;

import dev.argus.cli.CommandProvider;
import java.nio.file.Path;
import java.util.function.Function;

/** Brings {@code argus tune}. */
public final class TuneCommandProvider implements CommandProvider {

  @Override
  public String name() {
    return "tune";
  }

  @Override
  public Object command(Function<String, Path> checkpoints) {
    return new TuneCommand(checkpoints);
  }
}
