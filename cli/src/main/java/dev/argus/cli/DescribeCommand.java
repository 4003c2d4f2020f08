package dev.argus.cli;

import dev.argus.cli.anatomy.TerminalTimeline;
import dev.argus.cli.anatomy.TimelinePage;
import dev.argus.cli.client.AnatomyLine;
import dev.argus.cli.client.Answerer;
import dev.argus.cli.client.Conversation;
import dev.argus.cli.client.Interrupt;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Answers one question about pictures. */
@Command(
    name = "describe",
    description = "Describe pictures, or answer a question about them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus describe photo.jpg",
      "  argus describe before.png after.png -q \"What changed?\"",
      "  argus describe photo.jpg --temperature 0.7 --seed 1",
      "  argus describe photo.jpg --server localhost:7070 --json | jq .",
      "  argus describe photo.jpg -q \"Detect all cats.\" --regions --json",
      "  argus describe photo.jpg -q \"Is there a cat?\" --choice yes --choice no",
      "  argus describe photo.jpg --anatomy --trace anatomy.html",
      "",
      "The answer goes to standard output, where its milliseconds went to standard error."
    })
final class DescribeCommand implements Runnable {
  private final Installation installation;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "JPEG, PNG, WebP, GIF or BMP files.")
  private List<Path> images = List.of();

  @Option(
      names = {"-q", "--question"},
      paramLabel = "QUESTION",
      defaultValue = "Describe this image.",
      description = "What to ask. Default: ${DEFAULT-VALUE}")
  private String question = "";

  @Mixin private final GatewayOptions gateway = new GatewayOptions();
  @Mixin private final SamplingOptions sampling = new SamplingOptions();

  @ArgGroup private FormOptions form = new FormOptions();

  @Option(
      names = "--json",
      description = "Print each event of the answer as a line of JSON, as argus.v1 defines it.")
  private boolean json;

  @Option(names = "--anatomy", description = "Draw where the milliseconds went, too.")
  private boolean anatomy;

  @Option(names = "--trace", paramLabel = "FILE", description = "Write that drawing as a web page.")
  private @Nullable Path trace;

  DescribeCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public void run() {
    Conversation conversation = new Conversation(sampling.detail());
    images.forEach(conversation::addPicture);
    PrintWriter out = spec.commandLine().getOut();
    try (Connection connection = gateway.connect(installation);
        AnswerPrinter printer = json ? AnswerPrinter.json(out) : AnswerPrinter.text(out)) {
      GenerateRequest.Builder request =
          GenerateRequest.newBuilder()
              .setModel(connection.model())
              .addAllMessages(conversation.with(question))
              .setSampling(sampling.sampling());
      form.format().ifPresent(request::setResponseFormat);
      Interrupt.during(
          () -> answer(connection.answerer(), request.build(), printer),
          connection.answerer()::cancel);
    }
  }

  private void answer(Answerer answerer, GenerateRequest request, AnswerPrinter printer) {
    Completion completion = answerer.answer(request, printer);
    PrintWriter err = spec.commandLine().getErr();
    err.println(AnatomyLine.of(completion));
    if (anatomy) {
      err.print(TerminalTimeline.of(completion.getAnatomy()));
      err.flush();
    }
    if (trace != null) {
      writePage(trace, completion);
    }
  }

  private void writePage(Path file, Completion completion) {
    try {
      Files.writeString(file, new TimelinePage().add(question, completion.getAnatomy()).html());
    } catch (IOException e) {
      throw new Failure("cannot write %s: %s".formatted(file, e));
    }
  }
}
