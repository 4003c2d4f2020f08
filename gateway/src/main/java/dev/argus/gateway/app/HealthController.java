package dev.argus.gateway.app;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** Whether requests are taken: the server answers from when the stage is ready until it drains. */
@Controller("/health")
@Requires(property = "argus.stage", value = "gateway")
final class HealthController {
  @Get
  HttpResponse<byte[]> health() {
    return HttpErrors.json(HttpResponse.ok(), "{\"status\":\"UP\"}");
  }
}
