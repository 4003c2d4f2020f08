package dev.argus.gateway.http;

import com.google.protobuf.ByteString;
import dev.argus.base.timeline.ActivityKind;
import dev.argus.base.timeline.Timeline;
import dev.argus.v1.GenerateRequest;
import java.util.List;

/**
 * A request for a chat completion.
 *
 * @param request what it asks of Argus; pictures that are elsewhere have no data yet
 * @param remote those pictures
 * @param stream whether the answer is wanted piece by piece
 * @param includeUsage whether a stream is to end with the usage
 */
record ChatRequest(
    GenerateRequest request, List<RemotePicture> remote, boolean stream, boolean includeUsage) {

  /**
   * A picture that is elsewhere.
   *
   * @param message index of its message
   * @param part index of its part of the message's content
   * @param url where it is
   * @param field path of the URL in the request
   */
  record RemotePicture(int message, int part, String url, String field) {}

  /**
   * The request with all of its pictures.
   *
   * @param budget what the pictures take
   * @param timeline records how long they were waited for
   * @throws dev.argus.base.failure.InvalidInput naming a picture that cannot be had, and why
   */
  GenerateRequest complete(RemotePictures pictures, PictureBudget budget, Timeline timeline) {
    if (remote.isEmpty()) {
      return request;
    }
    long startNanos = timeline.elapsedNanos();
    List<ByteString> files = pictures.fetch(remote, budget);
    timeline.record(ActivityKind.FETCH, startNanos, files.size());
    GenerateRequest.Builder complete = request.toBuilder();
    for (int i = 0; i < files.size(); i++) {
      complete
          .getMessagesBuilder(remote.get(i).message())
          .getContentBuilder(remote.get(i).part())
          .getImageBuilder()
          .setData(files.get(i));
    }
    return complete.build();
  }
}
