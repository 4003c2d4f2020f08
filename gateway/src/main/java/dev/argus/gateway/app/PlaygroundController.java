package dev.argus.gateway.app;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The page at {@code /} to try the models on: files of the class path's {@code playground}. */
@Controller
@Requires(property = "argus.stage", value = "gateway")
@Requires(property = "argus.gateway.http.playground", notEquals = "false")
final class PlaygroundController {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "png", MediaType.IMAGE_PNG,
          "jpg", MediaType.IMAGE_JPEG);

  /** Nothing from elsewhere, and nobody's frame. */
  private static final String POLICY =
      "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  @Get
  HttpResponse<byte[]> page() {
    return file("index.html");
  }

  @Get("/{name:[a-z0-9-]+[.][a-z]+}")
  HttpResponse<byte[]> part(String name) {
    return file(name);
  }

  @Get("/samples/{name:[a-z0-9-]+[.][a-z]+}")
  HttpResponse<byte[]> sample(String name) {
    return file("samples/" + name);
  }

  private static HttpResponse<byte[]> file(String path) {
    try (InputStream file = PlaygroundController.class.getResourceAsStream("/playground/" + path)) {
      if (file == null) {
        return HttpErrors.response(HttpErrors.unknownPath("GET /" + path));
      }
      String type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "");
      return HttpResponse.ok(file.readAllBytes())
          .contentType(type)
          .header("content-security-policy", POLICY)
          .header("x-content-type-options", "nosniff")
          .header("cache-control", "no-cache");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
