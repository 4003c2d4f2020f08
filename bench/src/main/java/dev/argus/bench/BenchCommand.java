package dev.argus.bench;

import picocli.CommandLine.Command;

/** The command without a subcommand: tells which there are. */
@Command(
    name = "bench",
    synopsisSubcommandLabel = "COMMAND",
    description = "Measure how fast Argus is on this machine.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus bench serve --max-concurrency 1,4,8",
      "  argus bench graphs --model ~/models/SmolVLM-256M-Instruct --threads 2"
    })
final class BenchCommand {}
