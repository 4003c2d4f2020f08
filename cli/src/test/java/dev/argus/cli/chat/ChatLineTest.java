package dev.argus.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatLineTest {
  @TempDir private Path folder;
  private Path cat;
  private Path myDog;

  @BeforeEach
  void createPictures() throws IOException {
    cat = Files.createFile(folder.resolve("cat.png"));
    myDog = Files.createFile(folder.resolve("my dog.JPG"));
  }

  @Test
  void wordsAreAQuestion() {
    assertThat(ChatLine.parse("  what's that, isn't it 'odd'? "))
        .isEqualTo(say("what's that, isn't it 'odd'?"));
  }

  @Test
  void takesAPictureOutOfTheQuestion() {
    assertThat(ChatLine.parse("what is in " + cat + " now?"))
        .isEqualTo(say("what is in now?", cat));
  }

  @Test
  void understandsPathsAsTerminalsDropThem() {
    assertThat(ChatLine.parse("'" + myDog + "' which breed?"))
        .isEqualTo(say("which breed?", myDog));
    assertThat(ChatLine.parse("\"" + myDog + "\" which breed?"))
        .isEqualTo(say("which breed?", myDog));
    assertThat(ChatLine.parse(myDog.toString().replace(" ", "\\ ") + " which breed?"))
        .isEqualTo(say("which breed?", myDog));
    assertThat(ChatLine.parse(myDog.toUri() + " which breed?"))
        .isEqualTo(say("which breed?", myDog));
  }

  @Test
  void attachesSeveralPicturesInOrder() {
    assertThat(ChatLine.parse("compare " + cat + " '" + myDog + "'"))
        .isEqualTo(say("compare", cat, myDog));
  }

  @Test
  void tellsOfPicturesThatAreNotThere() {
    assertThat(ChatLine.parse("look at nothing.png"))
        .isEqualTo(new ChatLine.Say("look at nothing.png", List.of(), List.of("nothing.png")));
  }

  @Test
  void aFileThatIsNoPictureIsAWord() throws IOException {
    Path notes = Files.createFile(folder.resolve("notes.txt"));
    assertThat(ChatLine.parse("read " + notes)).isEqualTo(say("read " + notes));
  }

  @Test
  void theImageCommandTakesAnyPath() {
    assertThat(ChatLine.parse("/image " + myDog)).isEqualTo(say("", myDog));
    assertThat(ChatLine.parse("/image '" + myDog + "'")).isEqualTo(say("", myDog));
    assertThat(ChatLine.parse("/image gone")).isEqualTo(say("", Path.of("gone")));
    assertThat(ChatLine.parse("/image ")).isInstanceOf(ChatLine.Unknown.class);
  }

  @Test
  void aPathFromTheHomeFolder() {
    assertThat(ChatLine.parse("/image ~/x.png"))
        .isEqualTo(say("", Path.of(System.getProperty("user.home"), "x.png")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/quit", "/exit", " /quit "})
  void quits(String line) {
    assertThat(ChatLine.parse(line)).isEqualTo(new ChatLine.Quit());
  }

  @Test
  void knowsItsCommandsAndNoOthers() {
    assertThat(ChatLine.parse("/reset")).isEqualTo(new ChatLine.Reset());
    assertThat(ChatLine.parse("/help")).isEqualTo(new ChatLine.Help());
    assertThat(ChatLine.parse("/frobnicate")).isEqualTo(new ChatLine.Unknown("/frobnicate"));
  }

  private static ChatLine say(String text, Path... pictures) {
    return new ChatLine.Say(text, List.of(pictures), List.of());
  }
}
