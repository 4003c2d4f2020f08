package dev.argus.bench.serve;

import dev.argus.bench.serve.endpoint.PictureFile;
import dev.argus.bench.serve.endpoint.Question;
import java.util.List;
import java.util.stream.IntStream;

/** Questions without end: each next one about the next picture, in the next words. One thread. */
final class Workload {
  private final PictureSet pictures;
  private final List<String> texts;
  private final int outputTokens;
  private final boolean ignoreEos;
  private int asked;

  /**
   * @param texts at least one
   */
  Workload(PictureSet pictures, List<String> texts, int outputTokens, boolean ignoreEos) {
    this.pictures = pictures;
    this.texts = List.copyOf(texts);
    this.outputTokens = outputTokens;
    this.ignoreEos = ignoreEos;
  }

  /** The next questions. */
  List<Question> next(int number) {
    List<Question> questions = IntStream.range(asked, asked + number).mapToObj(this::at).toList();
    asked += number;
    return questions;
  }

  /**
   * What is asked, for people.
   *
   * @param requests how many there will be
   */
  String description(int requests) {
    String words =
        texts.size() == 1
            ? "\"%s\"".formatted(texts.getFirst())
            : "%d questions in turn".formatted(texts.size());
    String answers = "answers of %s%d tokens".formatted(ignoreEos ? "" : "at most ", outputTokens);
    return "%s, %s, %s".formatted(pictureDescription(requests), words, answers);
  }

  private String pictureDescription(int requests) {
    int number = pictures.files().size();
    if (number == 0) {
      return "no picture";
    }
    return number < requests
        ? "%d %s in turn, so that caches may be warm".formatted(number, pictures.description())
        : "%s, a new one each time".formatted(pictures.description());
  }

  private Question at(int place) {
    List<PictureFile> files = pictures.files();
    return new Question(
        files.isEmpty() ? List.of() : List.of(files.get(place % files.size())),
        texts.get(place % texts.size()),
        outputTokens,
        ignoreEos);
  }
}
