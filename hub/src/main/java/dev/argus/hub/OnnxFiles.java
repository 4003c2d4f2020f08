package dev.argus.hub;

import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The three graphs of an ONNX export of one variant, and the data files beside them.
 *
 * @param variant empty for the unquantised graphs
 */
record OnnxFiles(String variant) implements FileChoice {
  private static final List<String> GRAPHS =
      List.of("vision_encoder", "embed_tokens", "decoder_model_merged");
  private static final Pattern DECODER =
      Pattern.compile("onnx/decoder_model_merged(?:_([a-z0-9]+))?\\.onnx");

  @Override
  public String label() {
    return variant.isEmpty() ? "onnx" : "onnx " + variant;
  }

  @Override
  public NavigableSet<String> settings(NavigableSet<String> names) throws HubException {
    for (String graph : GRAPHS) {
      if (!names.contains(path(graph))) {
        throw new HubException("there is no %s; %s".formatted(path(graph), variants(names)));
      }
    }
    NavigableSet<String> settings = FileChoice.settingsAmong(names);
    settings.removeIf(name -> name.endsWith(".index.json"));
    return settings;
  }

  @Override
  public NavigableSet<String> weights(NavigableSet<String> names, Path settings) {
    NavigableSet<String> weights = new TreeSet<>();
    for (String graph : GRAPHS) {
      Pattern files = Pattern.compile(Pattern.quote(path(graph)) + "(_data(_\\d{1,3})?)?");
      names.stream().filter(name -> files.matcher(name).matches()).forEach(weights::add);
    }
    return weights;
  }

  private String path(String graph) {
    return "onnx/" + graph + (variant.isEmpty() ? "" : "_" + variant) + ".onnx";
  }

  private static String variants(NavigableSet<String> names) {
    List<String> found =
        names.stream()
            .map(DECODER::matcher)
            .filter(Matcher::matches)
            .map(match -> match.group(1) == null ? "the unquantised one" : match.group(1))
            .toList();
    return found.isEmpty()
        ? "the repository is no ONNX export of a vision-language model"
        : "variants there: " + String.join(", ", found);
  }
}
