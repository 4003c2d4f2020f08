package dev.argus.cli.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import dev.argus.checkpoint.graph.BuildProgress;
import dev.argus.cli.allinone.AllInOne;
import dev.argus.cli.allinone.AllInOneSettings;
import dev.argus.service.telemetry.Telemetry;
import dev.argus.testdata.Golden;
import dev.argus.v1.GenerateRequest;
import dev.argus.v1.Image;
import dev.argus.v1.Part;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint whose settings are SmolVLM2's answers as the Idefics3 of the same weights does. */
final class SmolVlm2Test {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String CHECKPOINT = "tiny-idefics3";

  @TempDir private Path copy;

  @Test
  void answersPicturesAndRefusesVideos() throws IOException {
    writeCheckpoint();
    GoldenCase golden = GoldenCase.of(CHECKPOINT, "A_tiled");
    AllInOneSettings settings = AllInOneSettings.defaults(Map.of(CHECKPOINT, copy));

    try (AllInOne system = AllInOne.start(settings, Telemetry.off(), BuildProgress.SILENT)) {
      assertThat(WholeAnswer.to(golden.request(), system.gateway()).ids())
          .isEqualTo(golden.expected());
      assertThatThrownBy(() -> WholeAnswer.to(withVideo(golden.request()), system.gateway()))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("is a video; only pictures are supported");
    }
  }

  private static GenerateRequest withVideo(GenerateRequest request) {
    ByteString video = ByteString.copyFrom("\0\0\0 ftypisom\0\0\0\0", StandardCharsets.ISO_8859_1);
    GenerateRequest.Builder changed = request.toBuilder();
    changed
        .getMessagesBuilder(0)
        .addContent(Part.newBuilder().setImage(Image.newBuilder().setData(video)));
    return changed.build();
  }

  /** As transformers writes SmolVLM2's: other names, settings for videos, a longer template. */
  private void writeCheckpoint() throws IOException {
    Golden.copy(CHECKPOINT, copy);
    edit(
        "config.json",
        config -> {
          config.put("model_type", "smolvlm");
          config.putArray("architectures").add("SmolVLMForConditionalGeneration");
          config.withObject("vision_config").put("model_type", "smolvlm_vision");
        });
    edit(
        "preprocessor_config.json",
        settings -> {
          settings.put("image_processor_type", "SmolVLMImageProcessor");
          settings.putObject("video_sampling").put("fps", 1).put("max_frames", 64);
        });
    edit(
        "chat_template.json",
        template ->
            template.put(
                "chat_template",
                template
                    .get("chat_template")
                    .asText()
                    .replace(
                        "{{ '<image>' }}",
                        "{{ '<image>' }}{% elif line['type'] == 'video' %}{{ '<video>' }}")));
  }

  private void edit(String file, Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(copy.resolve(file).toFile());
    change.accept(json);
    JSON.writeValue(copy.resolve(file).toFile(), json);
  }
}
