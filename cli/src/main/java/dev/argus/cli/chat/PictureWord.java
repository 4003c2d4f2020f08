package dev.argus.cli.chat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A word of a line that may name a picture, as people type, paste and drop paths into a terminal:
 * plain, in quotes, with backslashes before spaces, from {@code ~}, or as a {@code file://} URI.
 *
 * @param start index in the line of the first character, a quote included
 * @param end index in the line after the last character
 * @param text the word without quotes and backslashes
 */
record PictureWord(int start, int end, String text) {
  private static final Pattern WORD =
      Pattern.compile("(?<=^|\\s)(?:\"([^\"]+)\"(?=\\s|$)|'([^']+)'(?=\\s|$)|((?:\\\\.|\\S)+))");
  private static final Pattern PICTURE =
      Pattern.compile(".+\\.(?:png|jpe?g|webp|gif|bmp)", Pattern.CASE_INSENSITIVE);

  /** The words of a line. */
  static List<PictureWord> in(String line) {
    List<PictureWord> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      words.add(new PictureWord(matcher.start(), matcher.end(), text(matcher)));
    }
    return words;
  }

  /** Whether the word ends as the name of a picture file does. */
  boolean looksLikePicture() {
    return PICTURE.matcher(text).matches();
  }

  /** The path that the word stands for. */
  Path path() {
    return path(text);
  }

  /** The path that some characters stand for. */
  static Path path(String text) {
    if (text.startsWith("file:///")) {
      return Path.of(URI.create(text.replace(" ", "%20")));
    }
    if (text.startsWith("~/")) {
      return Path.of(System.getProperty("user.home"), text.substring(2));
    }
    return Path.of(text);
  }

  static boolean isFile(Path path) {
    return Files.isRegularFile(path);
  }

  private static String text(Matcher word) {
    if (word.group(1) != null) {
      return word.group(1);
    }
    if (word.group(2) != null) {
      return word.group(2);
    }
    return word.group(3).replaceAll("\\\\(.)", "$1");
  }
}
