package dev.argus.bench.scenes;

import dev.argus.cli.client.Answerer;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks a server questions, several at once, and scores the answers. */
public final class Exam {
  /** The row of all questions whose answer is that something is not there. */
  public static final String ABSENT = "absent refused";

  /** The row of those questions about text whose answer has some. */
  public static final String TEXT_THERE = "read, text there";

  private static final int CLIENTS = 4;

  private Exam() {}

  /**
   * Asks.
   *
   * @param gateway where to
   * @param afterEach told after each answer, in the calling thread
   * @return scores by task, and of the rows above
   * @throws IllegalStateException if a question was not answered
   */
  public static Map<String, Score> take(
      List<SceneQuestion> questions, Channel gateway, Runnable afterEach)
      throws InterruptedException {
    Map<String, Score> scores = new TreeMap<>();
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Score>> answers = new ArrayList<>();
      for (SceneQuestion question : questions) {
        answers.add(clients.submit(() -> Score.of(question.answer(), answer(question, gateway))));
      }
      try {
        for (int i = 0; i < answers.size(); i++) {
          Score score = answers.get(i).get();
          for (String row : rows(questions.get(i))) {
            scores.merge(row, score, Score::plus);
          }
          afterEach.run();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("A question was not answered.", e.getCause());
      } finally {
        clients.shutdownNow();
      }
    }
    return scores;
  }

  private static List<String> rows(SceneQuestion question) {
    List<String> rows = new ArrayList<>(List.of(question.task()));
    if (question.absent()) {
      rows.add(ABSENT);
    }
    if (question.task().equals("read") && question.answer().contains("\"")) {
      rows.add(TEXT_THERE);
    }
    return rows;
  }

  private static String answer(SceneQuestion question, Channel gateway) {
    StringBuilder text = new StringBuilder();
    new Answerer(gateway)
        .answer(question.request(), event -> text.append(event.getToken().getText()));
    return text.toString().strip();
  }
}
