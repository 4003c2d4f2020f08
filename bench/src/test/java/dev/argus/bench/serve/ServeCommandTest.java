package dev.argus.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.argus.bench.serve.endpoint.ChatServer;
import dev.argus.testdata.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(120)
final class ServeCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void measuresTheModelThatShips() throws IOException {
    Path result = folder.resolve("result.json");
    Path page = folder.resolve("report.html");
    Path plot = folder.resolve("plot.png");

    int code =
        execute(
            "--start",
            "--model",
            Golden.repository().resolve("models/argus-tiny").toString(),
            "--max-concurrency",
            "1,2",
            "--num-prompts",
            "3",
            "--num-warmups",
            "1",
            "--picture-size",
            "64x48",
            "--output-len",
            "4",
            "--goodput",
            "ttft:60000",
            "tpot:60000",
            "--metric-percentiles",
            "50,99.9",
            "--result",
            result.toString(),
            "--report",
            page.toString(),
            "--plot",
            plot.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(code).isZero();
    assertThat(out.toString())
        .contains(
            "drawn JPEGs of 64x48, a new one each time",
            "P99.9 TTFT (ms):",
            "decode image (ms):",
            "1 at once",
            "2 at once");
    JsonNode runs = new JsonMapper().readTree(Files.readString(result)).get("runs");
    assertThat(runs)
        .hasSize(2)
        .allSatisfy(run -> {
          assertThat(run.get("completed").intValue()).isEqualTo(3);
          assertThat(run.get("failed").intValue()).isZero();
          assertThat(run.get("total_output_tokens").intValue()).isEqualTo(12);
          assertThat(run.get("total_input_tokens").intValue()).isGreaterThan(30);
          assertThat(run.get("median_ttft_ms").doubleValue()).isPositive();
          assertThat(run.get("median_e2el_ms").doubleValue())
              .isGreaterThanOrEqualTo(run.get("median_ttft_ms").doubleValue());
          assertThat(run.get("request_goodput")).isEqualTo(run.get("request_throughput"));
        });
    assertThat(Files.readString(page)).contains("Serving benchmark: argus-tiny", "2 at once");
    assertThat(ImageIO.read(plot.toFile()).getHeight()).isEqualTo(1200);
  }

  @Test
  void countsFailuresOfAnyServerAndGoesOn() throws IOException {
    Path result = folder.resolve("result.json");
    try (ChatServer server =
        ChatServer.start((number, answer) -> {
          switch (number % 3) {
            case 0 -> answer.refuse(429, "{\"error\":{\"message\":\"too many\"}}");
            case 1 -> {
              answer.begin();
              answer.piece("cut short");
            }
            default -> {
              answer.begin();
              answer.piece("x");
              answer.end(10, 2);
            }
          }
        })) {
      int code =
          execute(
              "--url",
              server.base().toString(),
              "--random-pictures",
              "0",
              "--num-warmups",
              "0",
              "--num-prompts",
              "9",
              "--request-rate",
              "500",
              "--result",
              result.toString());

      assertThat(err.toString()).isEmpty();
      assertThat(code).isZero();
      assertThat(out.toString())
          .contains("the-model", "no picture", "HTTP 429:", "too many", "broken answer:");
      JsonNode run = new JsonMapper().readTree(Files.readString(result)).at("/runs/0");
      assertThat(run.get("completed").intValue()).isEqualTo(3);
      assertThat(run.get("failed").intValue()).isEqualTo(6);
      assertThat(run.get("failures"))
          .extracting(failure -> failure.get("number").intValue())
          .containsExactly(3, 3);
      assertThat(run.get("total_output_tokens").intValue()).isEqualTo(6);
    }
  }

  @Test
  void asksInTurnAboutPicturesOfAFolderInTheWordsOfAFile() throws IOException {
    Files.write(folder.resolve("b.PNG"), new byte[] {2});
    Files.write(folder.resolve("a.jpg"), new byte[] {1});
    Files.writeString(folder.resolve("questions.txt"), "what?\n\nwhere?\nwhen?\n");
    try (ChatServer server = ChatServer.start(ServeCommandTest::answerInFull)) {
      int code =
          execute(
              "--url",
              server.base().toString(),
              "--pictures",
              folder.toString(),
              "--prompts",
              folder.resolve("questions.txt").toString(),
              "--num-warmups",
              "1",
              "--num-prompts",
              "3");

      assertThat(err.toString()).isEmpty();
      assertThat(code).isZero();
      assertThat(texts(server, "/messages/0/content/1/text"))
          .containsExactly("what?", "where?", "when?", "what?");
      assertThat(texts(server, "/messages/0/content/0/image_url/url"))
          .containsExactly(
              "data:image/jpeg;base64,AQ==",
              "data:image/png;base64,Ag==",
              "data:image/jpeg;base64,AQ==",
              "data:image/png;base64,Ag==");
      assertThat(out.toString()).contains("2 pictures of", "so that caches may be warm");
    }
  }

  @Test
  void drawnPicturesDifferUnlessTheSameIsAskedFor() throws IOException {
    try (ChatServer server = ChatServer.start(ServeCommandTest::answerInFull)) {
      String[] common = {
        "--url", server.base().toString(), "--num-warmups", "0", "--picture-size", "32x32"
      };
      execute(with(common, "--num-prompts", "4"));
      assertThat(texts(server, "/messages/0/content/0/image_url/url"))
          .hasSize(4)
          .doesNotHaveDuplicates();

      execute(with(common, "--num-prompts", "3", "--same-picture"));
      assertThat(texts(server, "/messages/0/content/0/image_url/url").subList(4, 7))
          .containsOnly(texts(server, "/messages/0/content/0/image_url/url").getFirst());
    }
  }

  @Test
  void saysWhatIsWrongWhenNoWarmUpIsAnswered() throws IOException {
    try (ChatServer server =
        ChatServer.start(
            (_, answer) -> answer.refuse(404, "{\"error\":{\"message\":\"no such model\"}}"))) {
      int code =
          execute("--url", server.base().toString(), "--model", "m", "--random-pictures", "0");

      assertThat(code).isEqualTo(1);
      assertThat(err.toString()).contains("no warm-up was answered: HTTP 404: no such model");
      assertThat(server.requests()).hasSize(2);
    }
  }

  @Test
  void saysWhichPicturesAreMissing() throws IOException {
    Files.writeString(folder.resolve("notes.txt"), "none");

    assertThat(execute("--pictures", folder.resolve("gone").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("NoSuchFileException", "gone");
    assertThat(execute("--pictures", folder.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("holds no picture");
    assertThat(execute("--pictures", folder.resolve("notes.txt").toString())).isEqualTo(1);
    assertThat(err.toString()).contains("is no JPEG, PNG, WebP, GIF or BMP file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--url localhost:7070 | --url takes grpc://HOST:PORT, or http://HOST:PORT/v1",
        "--url grpc://localhost | --url takes grpc://HOST:PORT",
        "--url ftp://localhost:1/v1 | --url takes grpc://HOST:PORT",
        "--url grpc://localhost:1 --start | --url and --start: one of both",
        "--url grpc://localhost:1 --precision fp32 | --precision is the server's to choose",
        "--url grpc://localhost:1 --device cpu | --device is the server's to choose",
        "--url grpc://localhost:1 --cuda-graphs | --cuda-graphs is the server's to choose",
        "--extra-body {} | --extra-body is for a --url of OpenAI's API",
        "--url http://localhost:1/v1 --extra-body [] | --extra-body takes a JSON object, not '[]'",
        "--max-concurrency 0 | --max-concurrency must be 1 or more",
        "--request-rate 0 | --request-rate and --burstiness must be above 0",
        "--request-rate NaN | --request-rate and --burstiness must be above 0",
        "--burstiness 2 | --burstiness needs --request-rate",
        "--request-rate 1,2 --max-concurrency 1,2 | --max-concurrency takes one number",
        "--num-prompts 0 | --num-prompts must be 1 or more",
        "--goodput itl:5 | --goodput takes ttft, tpot or e2el",
        "--metric-percentiles 101 | --metric-percentiles takes numbers from 0 to 100",
        "--picture-size big | 'big' is no size such as 1600x1200",
        "--pictures x --random-pictures 2 | --pictures and --random-pictures: one of both",
        "--random-pictures 0 --same-picture | --same-picture needs a picture",
        "--prompt a --prompts b | --prompt and --prompts: one of both",
        "--output-len 0 | --output-len must be 1 or more",
        "--timeout 0 | --timeout must be 1 or more",
      })
  void wrongOptionsAreTold(String options, String message) {
    assertThat(execute(options.split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  private int execute(String... arguments) {
    return new CommandLine(new ServeCommand(Path::of))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private static String[] with(String[] common, String... more) {
    return Stream.of(common, more).flatMap(Stream::of).toArray(String[]::new);
  }

  private static List<String> texts(ChatServer server, String path) {
    return server.requests().stream().map(request -> request.at(path).textValue()).toList();
  }

  private static void answerInFull(int number, ChatServer.Answer answer) throws IOException {
    answer.begin();
    answer.piece("x");
    answer.end(10, 2);
  }
}
