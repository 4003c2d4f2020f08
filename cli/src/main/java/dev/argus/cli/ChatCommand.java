package dev.argus.cli;

import dev.argus.cli.chat.Chat;
import dev.argus.cli.chat.LineSource;
import dev.argus.cli.chat.Partner;
import dev.argus.cli.chat.PipedLines;
import dev.argus.cli.chat.TypedLines;
import dev.argus.cli.client.AnatomyLine;
import dev.argus.cli.client.Answerer;
import dev.argus.cli.client.Conversation;
import dev.argus.v1.Completion;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Message;
import java.io.BufferedReader;
import java.io.Console;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Talks about pictures for as long as the user likes. */
@Command(
    name = "chat",
    description = "Talk about pictures. Type /help in the chat for what can be typed.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  argus chat photo.jpg",
      "  argus chat --server localhost:7070",
      "  printf '%%s\\n' 'how many circles are in a.png' 'which colours?' | argus chat"
    })
final class ChatCommand implements Runnable {
  private final Installation installation;

  @Spec
  @SuppressWarnings("NullAway.Init") // Set by picocli.
  private CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "IMAGE", description = "Pictures to begin with.")
  private List<Path> images = List.of();

  @Mixin private final GatewayOptions gateway = new GatewayOptions();
  @Mixin private final SamplingOptions sampling = new SamplingOptions();

  ChatCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public void run() {
    Conversation conversation = new Conversation(sampling.detail());
    images.forEach(conversation::addPicture);
    PrintWriter notes = spec.commandLine().getErr();
    try (Connection connection = gateway.connect(installation);
        LineSource lines = lines()) {
      new Chat(new Model(connection), conversation, notes).run(lines);
    }
  }

  private static LineSource lines() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
        ? new TypedLines()
        : new PipedLines(
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
  }

  /** The model at the other end of a connection. */
  private final class Model implements Partner {
    private final Answerer answerer;
    private final String name;

    Model(Connection connection) {
      this.answerer = connection.answerer();
      this.name = connection.model();
    }

    @Override
    public String answer(List<Message> conversation) {
      GenerateRequest request =
          GenerateRequest.newBuilder()
              .setModel(name)
              .addAllMessages(conversation)
              .setSampling(sampling.sampling())
              .build();
      StringBuilder text = new StringBuilder();
      try (AnswerPrinter printer = AnswerPrinter.text(spec.commandLine().getOut())) {
        Completion completion =
            answerer.answer(
                request, printer.andThen(event -> text.append(event.getToken().getText())));
        spec.commandLine().getErr().println(AnatomyLine.of(completion));
      }
      return text.toString();
    }

    @Override
    public void interrupt() {
      answerer.cancel();
    }

    @Override
    public String explain(RuntimeException failure) {
      return FailureReport.line(failure);
    }
  }
}
