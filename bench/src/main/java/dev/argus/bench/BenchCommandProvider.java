package dev.argus.bench;

import dev.argus.bench.binding.BindingCommand;
import dev.argus.bench.decode.DecodeCommand;
import dev.argus.bench.fleet.FleetCommand;
import dev.argus.bench.golden.GoldenCommand;
import dev.argus.bench.grammar.GrammarCommand;
import dev.argus.bench.graphs.GraphsCommand;
import dev.argus.bench.growth.GrowthCommand;
import dev.argus.bench.overlap.OverlapCommand;
import dev.argus.bench.peers.PeersCommand;
import dev.argus.bench.preprocess.PreprocessCommand;
import dev.argus.bench.recipes.RecipesCommand;
import dev.argus.bench.scenes.ScenesCommand;
import dev.argus.bench.serve.ServeCommand;
import dev.argus.bench.soak.SoakCommand;
import dev.argus.bench.split.SplitCommand;
import dev.argus.bench.telemetry.TelemetryCommand;
import dev.argus.cli.CommandProvider;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;

/** Brings {@code argus bench}. */
public final class BenchCommandProvider implements CommandProvider {

  @Override
  public String name() {
    return "bench";
  }

  @Override
  public Object command(Function<String, Path> checkpoints) {
    return new CommandLine(new BenchCommand())
        .addSubcommand(new ServeCommand(checkpoints))
        .addSubcommand(new GraphsCommand(checkpoints))
        .addSubcommand(new RecipesCommand(checkpoints))
        .addSubcommand(new PeersCommand(checkpoints))
        .addSubcommand(new FleetCommand(checkpoints))
        .addSubcommand(new SplitCommand(checkpoints))
        .addSubcommand(new TelemetryCommand(checkpoints))
        .addSubcommand(new PreprocessCommand())
        .addSubcommand(new DecodeCommand(checkpoints))
        .addSubcommand(new OverlapCommand(checkpoints))
        .addSubcommand(new GrowthCommand(checkpoints))
        .addSubcommand(new BindingCommand(checkpoints))
        .addSubcommand(new GoldenCommand())
        .addSubcommand(new ScenesCommand(checkpoints))
        .addSubcommand(new GrammarCommand(checkpoints))
        .addSubcommand(new SoakCommand(checkpoints));
  }
}
