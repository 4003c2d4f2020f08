package dev.argus.bench.simulate.profile;

/**
 * What is asked: each request shows one picture.
 *
 * @param megapixels of a picture
 * @param tiles that it is cut into
 * @param promptTokens visual tokens included
 * @param outputTokens of an answer, on average; lengths are drawn from a geometric distribution
 * @param repeatShare of requests whose picture is one of {@code pictures}; all others show one that
 *     nobody has shown before
 * @param pictures that recur
 * @param zipf exponent of how popular they are: the n-th is shown in proportion to {@code n^-zipf}
 */
public record Questions(
    double megapixels,
    int tiles,
    int promptTokens,
    int outputTokens,
    double repeatShare,
    int pictures,
    double zipf) {
  public Questions {
    Profile.require(megapixels >= 0, "questions.megapixels must be 0 or more");
    Profile.require(tiles >= 1, "questions.tiles must be 1 or more");
    Profile.require(promptTokens >= tiles, "questions.promptTokens must be tiles or more");
    Profile.require(outputTokens >= 1, "questions.outputTokens must be 1 or more");
    Profile.require(
        repeatShare >= 0 && repeatShare <= 1, "questions.repeatShare must be from 0 to 1");
    Profile.require(pictures >= 1, "questions.pictures must be 1 or more");
    Profile.require(zipf >= 0, "questions.zipf must be 0 or more");
  }
}
