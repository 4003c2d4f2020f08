package dev.argus.gateway.grpc;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.tenant.Tenant;
import dev.argus.base.timeline.Timeline;
import dev.argus.v1.GenerateRequest;

/** What a client asks, whatever protocol carried it. Asked for in the order of the methods. */
public interface Question {

  /**
   * Whose request it is.
   *
   * @throws InvalidInput if it names no tenant that can be
   */
  Tenant tenant();

  /**
   * The model that is to answer; empty for the gateway's first.
   *
   * @throws InvalidInput when the request cannot be read
   */
  String model();

  /**
   * The request with all of its pictures. It is asked for once the request has been admitted and
   * its clock runs, and may wait for pictures that are elsewhere.
   *
   * @param timeline records what was waited for
   * @throws InvalidInput when the request cannot be read, or a picture cannot be had
   */
  GenerateRequest complete(Timeline timeline);
}
