package dev.argus.cli.chat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One line that was typed into the chat. */
sealed interface ChatLine {

  /**
   * Something to say to the model.
   *
   * @param text the words; empty when only pictures were given
   * @param pictures files named in the line, in order
   * @param missing words that look like picture files but name none; left in the text
   */
  record Say(String text, List<Path> pictures, List<String> missing) implements ChatLine {}

  /** Forget the conversation. */
  record Reset() implements ChatLine {}

  /** Tell what can be typed. */
  record Help() implements ChatLine {}

  /** End the chat. */
  record Quit() implements ChatLine {}

  /** A command that there is not. */
  record Unknown(String command) implements ChatLine {}

  /** What a line means. */
  static ChatLine parse(String line) {
    String stripped = line.strip();
    if (stripped.equals("/image") || stripped.startsWith("/image ")) {
      String argument = stripped.substring("/image".length()).strip();
      return argument.isEmpty() ? new Unknown("/image without a path") : image(argument);
    }
    return switch (stripped) {
      case "/reset" -> new Reset();
      case "/help", "/?" -> new Help();
      case "/quit", "/exit" -> new Quit();
      default -> isCommand(stripped) ? new Unknown(stripped) : say(stripped);
    };
  }

  /** A path may contain spaces here, quoted or not, since nothing else is in the line. */
  private static ChatLine image(String argument) {
    Path whole = PictureWord.path(argument);
    if (PictureWord.isFile(whole)) {
      return new Say("", List.of(whole), List.of());
    }
    return new Say(
        "", PictureWord.in(argument).stream().map(PictureWord::path).toList(), List.of());
  }

  private static ChatLine say(String line) {
    StringBuilder text = new StringBuilder();
    List<Path> pictures = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    int copied = 0;
    for (PictureWord word : PictureWord.in(line)) {
      if (!word.looksLikePicture()) {
        continue;
      }
      if (PictureWord.isFile(word.path())) {
        text.append(line, copied, word.start());
        copied = word.end();
        pictures.add(word.path());
      } else {
        missing.add(word.text());
      }
    }
    text.append(line, copied, line.length());
    return new Say(text.toString().strip().replaceAll("\\s{2,}", " "), pictures, missing);
  }

  private static boolean isCommand(String line) {
    return line.matches("/[a-z]+");
  }
}
