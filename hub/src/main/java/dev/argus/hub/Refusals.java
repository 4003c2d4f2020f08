package dev.argus.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;

/**
 * What an answer that is no success means, and what the user can do about it. The Hub says the
 * reason in {@code X-Error-Code}; mirrors may only have a status.
 *
 * @param model what was asked for
 * @param revision of the model
 * @param tokenIsSent whether the server was shown the user's token
 */
record Refusals(ModelAddress model, String revision, boolean tokenIsSent) {
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  /**
   * The failure to throw.
   *
   * @param file that was asked for; empty for the list of files
   * @return a {@link Hiccup} where asking again may help, else a {@link HubException}
   */
  IOException of(HttpResponse<?> response, Optional<String> file) {
    int status = response.statusCode();
    if (PASSING.contains(status)) {
      return new Hiccup(
          "%s answers %d (%s)".formatted(response.uri().getHost(), status, reason(response)),
          retryAfter(response));
    }
    String code = response.headers().firstValue("X-Error-Code").orElse("");
    return switch (code) {
      case "GatedRepo" -> gated();
      case "RevisionNotFound" -> noRevision();
      case "EntryNotFound" -> noFile(file);
      case "RepoNotFound" -> noModel();
      default -> byStatus(response, file);
    };
  }

  private HubException byStatus(HttpResponse<?> response, Optional<String> file) {
    return switch (response.statusCode()) {
      case 401 -> noModel();
      case 403 ->
          new HubException(
              "%s may not be read (%s): accept its conditions on %s, and set HF_TOKEN to a token that"
                      .formatted(model.id(), reason(response), model.page())
                  + " may read it");
      case 404 -> file.isPresent() ? noFile(file) : notFound();
      default ->
          new HubException(
              "%s answers %d (%s) to the request for %s of %s"
                  .formatted(
                      response.uri().getHost(),
                      response.statusCode(),
                      reason(response),
                      file.orElse("the list of files"),
                      model.id()));
    };
  }

  private HubException gated() {
    return new HubException(
        tokenIsSent
            ? "%s is gated, and the owner of the token has no access: accept its licence on %s, or"
                    .formatted(model.id(), model.page())
                + " wait until it is granted"
            : "%s is gated: accept its licence on %s, then set HF_TOKEN to a token of that account"
                    .formatted(model.id(), model.page())
                + " (%s)".formatted(tokens()));
  }

  private HubException noFile(Optional<String> file) {
    return new HubException(
        "%s has no %s at revision %s"
            .formatted(model.id(), file.orElse("list of files"), HubException.quote(revision)));
  }

  private HubException noRevision() {
    return new HubException(
        "%s has no revision %s: %s/tree/main lists its branches and tags"
            .formatted(model.id(), HubException.quote(revision), model.page()));
  }

  /** The Hub does not tell a private model from one that is not there. */
  private HubException noModel() {
    return new HubException(
        tokenIsSent
            ? "there is no model %s at %s that the token may read: check the spelling, and the"
                    .formatted(model.id(), model.endpoint())
                + " token's rights (%s)".formatted(tokens())
            : "there is no public model %s at %s: check the spelling; for a private one set HF_TOKEN"
                    .formatted(model.id(), model.endpoint())
                + " (%s)".formatted(tokens()));
  }

  private HubException notFound() {
    return revision.equals("main")
        ? noModel()
        : new HubException(
            "%s has no model %s with revision %s: check the spelling of both"
                .formatted(model.endpoint(), model.id(), HubException.quote(revision)));
  }

  private String tokens() {
    return model.endpoint() + "/settings/tokens";
  }

  private static String reason(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("X-Error-Message")
        .or(() -> response.headers().firstValue("X-Error-Code"))
        .map(HubException::quote)
        .orElse("no reason given");
  }

  /** Seconds, or a date by the server's own clock. */
  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    String header = response.headers().firstValue("Retry-After").orElse("");
    if (header.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(header)));
    }
    return date(header)
        .flatMap(then ->
            response
                .headers()
                .firstValue("Date")
                .flatMap(Refusals::date)
                .map(now -> Duration.between(now, then)))
        .filter(Duration::isPositive);
  }

  private static Optional<Instant> date(String header) {
    try {
      return Optional.of(
          ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
