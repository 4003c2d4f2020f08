package dev.argus.checkpoint.prompt;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.tree.Node;
import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A checkpoint's chat template: Jinja, rendered as transformers does ({@code trim_blocks}, {@code
 * lstrip_blocks}, no escaping, one trailing line break of the template dropped).
 *
 * <p>Parsed once; rendering is thread-safe. What a user writes is data: braces in it mean nothing.
 *
 * <p>Beyond Jinja itself a template finds {@code messages}, {@code add_generation_prompt} (true),
 * the tokenizer's special tokens ({@code bos_token} and so on), {@code raise_exception} and {@code
 * capitalize} as Python has it. One that uses what Jinjava does not know fails with {@link
 * ModelFault}, and says what: nothing is silently left out.
 */
public final class ChatTemplate {
  /** Only a template that looks at a message's parts one by one names their type. */
  private static final Pattern NAMES_PICTURES = Pattern.compile("(['\"])image\\1");

  private static final Pattern LOOPS_OVER_CONTENT =
      Pattern.compile("in\\s+\\w+\\s*(\\.\\s*content\\b|\\[\\s*['\"]content['\"]\\s*])");

  private final Jinjava jinjava;
  private final Node root;
  private final Map<String, String> specialTokens;
  private final boolean contentIsList;

  /**
   * Parses a template.
   *
   * @param source the template
   * @param specialTokens values of variables such as {@code bos_token}
   * @throws ModelFault if it is not valid Jinja
   */
  public ChatTemplate(String source, Map<String, String> specialTokens) {
    this.jinjava = jinjava();
    this.specialTokens = Map.copyOf(specialTokens);
    this.contentIsList =
        NAMES_PICTURES.matcher(source).find() || LOOPS_OVER_CONTENT.matcher(source).find();
    this.root = parse(withoutTrailingLineBreak(source));
  }

  private Node parse(String source) {
    JinjavaInterpreter interpreter = jinjava.newInterpreter();
    try (var _ = JinjavaInterpreter.closeablePushCurrent(interpreter).get()) {
      Node parsed = interpreter.parse(source);
      refuseErrors(interpreter.getErrorsCopy(), TemplateError::getMessage);
      refuse(TemplateCheck.problems(parsed, jinjava.getGlobalContext()));
      return parsed;
    } catch (InterpretException e) {
      throw new ModelFault("the chat template cannot be parsed: " + e.getMessage(), e);
    }
  }

  /**
   * Renders a conversation up to where the model begins its answer.
   *
   * @param placeholder what the template writes for a picture; used only where the template takes a
   *     message's content as one string
   * @throws InvalidInput if the template itself refuses the conversation
   * @throws ModelFault if the template uses something that is not supported
   */
  public String render(List<ChatMessage> messages, String placeholder) {
    JinjavaInterpreter interpreter = jinjava.newInterpreter();
    Context variables = interpreter.getContext();
    variables.putAll(specialTokens);
    variables.put(
        "messages", messages.stream().map(message -> turn(message, placeholder)).toList());
    variables.put("add_generation_prompt", true);
    try (var _ = JinjavaInterpreter.closeablePushCurrent(interpreter).get()) {
      String prompt = interpreter.render(root, true);
      // Not the message: it quotes what the user wrote, and faults are logged.
      refuseErrors(interpreter.getErrorsCopy(), error -> error.getReason().name());
      return prompt;
    } catch (InterpretException e) {
      throw new ModelFault("the chat template failed: " + e.getClass().getSimpleName(), null);
    }
  }

  private Map<String, Object> turn(ChatMessage message, String placeholder) {
    return Map.of(
        "role",
        message.role().name().toLowerCase(Locale.ROOT),
        "content",
        contentIsList
            ? message.parts().stream().map(ChatTemplate::item).toList()
            : message.parts().stream()
                .map(part -> asText(part, placeholder))
                .collect(Collectors.joining()));
  }

  private static Map<String, Object> item(ChatMessage.Part part) {
    return switch (part) {
      case ChatMessage.Text text -> Map.of("type", "text", "text", text.text());
      case ChatMessage.Picture _ -> Map.of("type", "image");
    };
  }

  private static String asText(ChatMessage.Part part, String placeholder) {
    return switch (part) {
      case ChatMessage.Text text -> text.text();
      case ChatMessage.Picture _ -> placeholder + "\n";
    };
  }

  private static void refuseErrors(
      List<TemplateError> errors, Function<TemplateError, String> problem) {
    for (TemplateError error : errors) {
      for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
        if (cause instanceof TemplateRefusal refusal) {
          throw new InvalidInput(
              "messages", "do not fit the model: " + refusal.getMessage(), refusal);
        }
      }
    }
    refuse(
        errors.stream()
            .map(error -> "line " + error.getLineno() + ": " + problem.apply(error))
            .toList());
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new ModelFault(
          "the chat template uses something unsupported: " + String.join("; ", problems), null);
    }
  }

  private static Jinjava jinjava() {
    Jinjava jinjava =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withNestedInterpretationEnabled(false)
                .withLegacyOverrides(
                    LegacyOverrides.newBuilder()
                        .withUseNaturalOperatorPrecedence(true)
                        .withEvaluateMapKeys(true)
                        .withUsePyishObjectMapper(true)
                        .withParseWhitespaceControlStrictly(true)
                        .withAllowAdjacentTextNodes(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .withIterateOverMapKeys(true)
                        .withKeepNullableLoopValues(true)
                        .build())
                .build());
    jinjava.registerFilter(new PythonCapitalize());
    jinjava.registerFunction(
        new ELFunctionDefinition(
            "", "raise_exception", ChatTemplate.class, "raiseException", String.class));
    return jinjava;
  }

  /** {@code raise_exception}: how a template refuses a conversation. Called by Jinjava. */
  @SuppressWarnings("DoNotCallSuggester") // Jinjava calls it, by reflection.
  public static String raiseException(String reason) {
    throw new TemplateRefusal(reason);
  }

  /** As Jinja's {@code keep_trailing_newline=False} and {@code newline_sequence} do. */
  private static String withoutTrailingLineBreak(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    return lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
  }

  /** A template's own complaint about a conversation. */
  private static final class TemplateRefusal extends RuntimeException {
    TemplateRefusal(String reason) {
      super(reason);
    }
  }
}
