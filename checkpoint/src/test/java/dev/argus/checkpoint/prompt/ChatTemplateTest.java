package dev.argus.checkpoint.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.argus.base.failure.InvalidInput;
import dev.argus.base.failure.ModelFault;
import dev.argus.checkpoint.tiling.Detail;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
  private static final ChatMessage.Picture PICTURE = new ChatMessage.Picture(9, 9, Detail.AUTO);
  private static final ChatMessage QUESTION = user(new ChatMessage.Text("What is it?"));

  @Test
  void rendersSmolVlmsTemplate() {
    String template =
        "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}";

    assertThat(
            render(
                template,
                user(PICTURE, new ChatMessage.Text("What is it?")),
                assistant("A dog."),
                user(new ChatMessage.Text("Big?"))))
        .isEqualTo(
            "<|im_start|>User:<image>What is it?<end_of_utterance>\n"
                + "Assistant: A dog.<end_of_utterance>\nUser: Big?<end_of_utterance>\nAssistant:");
  }

  /** Whitespace control, namespaces, {@code loop.first}, membership, comparisons. */
  @Test
  void rendersQwen25VlsConstructs() {
    String template =
        """
        {% set image_count = namespace(value=0) %}{% for message in messages %}{% if loop.first and message['role'] != 'system' %}<|im_start|>system
        You are a helpful assistant.<|im_end|>
        {% endif %}<|im_start|>{{ message['role'] }}
        {% if message['content'] is string %}{{ message['content'] }}<|im_end|>
        {% else %}{% for content in message['content'] %}{% if content['type'] == 'image' or 'image' in content or 'image_url' in content %}{% set image_count.value = image_count.value + 1 %}{% if add_vision_id %}Picture {{ image_count.value }}: {% endif %}<|vision_start|><|image_pad|><|vision_end|>{% elif content['type'] == 'video' or 'video' in content %}<|video_pad|>{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}<|im_end|>
        {% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
        {% endif %}\
        """;

    assertThat(render(template, user(PICTURE, new ChatMessage.Text("What is it?"))))
        .isEqualTo(
            """
            <|im_start|>system
            You are a helpful assistant.<|im_end|>
            <|im_start|>user
            <|vision_start|><|image_pad|><|vision_end|>What is it?<|im_end|>
            <|im_start|>assistant
            """);
  }

  /** String content, {@code message.role}, brackets, concatenation, undefined {@code tools}. */
  @Test
  void rendersQwen25sConstructs() {
    String template =
        """
        {%- if tools %}
            {{- '<|im_start|>system\\n' }}
        {%- else %}
            {%- if messages[0]['role'] == 'system' %}
                {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
            {%- else %}
                {{- '<|im_start|>system\\nYou are Qwen.<|im_end|>\\n' }}
            {%- endif %}
        {%- endif %}
        {%- for message in messages %}
            {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
                {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
            {%- elif message.role == "assistant" %}
                {{- '<|im_start|>' + message.role }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\\n' }}
        {%- endif %}
        """;

    assertThat(render(template, QUESTION, assistant("A dog."), user(new ChatMessage.Text("Big?"))))
        .isEqualTo(
            """
            <|im_start|>system
            You are Qwen.<|im_end|>
            <|im_start|>user
            What is it?<|im_end|>
            <|im_start|>assistant
            A dog.<|im_end|>
            <|im_start|>user
            Big?<|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void dropsBlocksOwnLinesAsTransformersDoes() {
    assertThat(render("{% if true %}\n  a\n  {% endif %}\nb\n", QUESTION)).isEqualTo("  a\nb");
  }

  @Test
  void leavesBracesInAUsersTextAlone() {
    assertThat(
            render(
                "{% for m in messages %}{% for c in m['content'] %}{{ c['text'] }}{% endfor %}{% endfor %}",
                user(new ChatMessage.Text("{{ 6 * 7 }} {% if %} {# not #} <b> \\n '\""))))
        .isEqualTo("{{ 6 * 7 }} {% if %} {# not #} <b> \\n '\"");
  }

  @Test
  void isNotMisledByWhatStandsInStrings() {
    assertThat(
            render(
                "{{ 'a|b is c if' }}{% for m in ['x if' if true else 'y'] %}{{ m }}{% endfor %}",
                QUESTION))
        .isEqualTo("a|b is c ifx if");
  }

  @Test
  void givesPartsToATemplateThatLooksAtThemInAnyWay() {
    assertThat(
            render(
                "{% set parts = messages[0].content %}{% for p in parts %}{% if p.type == \"image\" %}<image>{% else %}{{ p.text }}{% endif %}{% endfor %}",
                user(PICTURE, new ChatMessage.Text("What?"))))
        .isEqualTo("<image>What?");
  }

  @Test
  void writesPicturesIntoTheStringOfATemplateThatTakesNoParts() {
    assertThat(render("{{ messages[0].content }}", user(PICTURE, new ChatMessage.Text("What?"))))
        .isEqualTo("<image>\nWhat?");
  }

  @Test
  void takesALongText() {
    String text = "many words ".repeat(200_000);

    assertThat(render("{{ messages[0].content }}", user(new ChatMessage.Text(text))))
        .isEqualTo(text);
  }

  @Test
  void capitalisesAsPythonDoes() {
    assertThat(render("{{ 'hELLO wORLD' | capitalize }}", QUESTION)).isEqualTo("Hello world");
  }

  @Test
  void findsTheTokenizersSpecialTokens() {
    assertThat(
            new ChatTemplate("{{ bos_token }}", Map.of("bos_token", "<s>"))
                .render(List.of(QUESTION), "<image>"))
        .isEqualTo("<s>");
  }

  @Test
  void blamesTheConversationForWhatTheTemplateRefuses() {
    assertThatExceptionOfType(InvalidInput.class)
        .isThrownBy(() -> render("{{ raise_exception('Roles must alternate') }}", QUESTION))
        .withMessageContaining("Roles must alternate")
        .satisfies(failure -> assertThat(failure.field()).isEqualTo("messages"));
  }

  @Test
  void saysWhatIsNotSupported() {
    for (String template :
        List.of(
            "{{ strftime_now('%d') }}",
            "{{ messages | frobnicate }}",
            "{% generation %}x{% endgeneration %}",
            "{{ messages[0]['role'].frobnicate() }}",
            "{{ 'a' is frobnicated }}",
            "{{ 'a' is not frobnicated }}",
            "{% if 'a' | frobnicate %}{% endif %}",
            "{% for m in messages if m.role == 'user' %}{{ m.role }}{% endfor %}",
            "{{ ")) {
      assertThatExceptionOfType(ModelFault.class)
          .as(template)
          .isThrownBy(() -> render(template, QUESTION))
          .withMessageContaining("chat template");
    }
  }

  /** Faults are logged; what a user writes never is. */
  @Test
  void doesNotRepeatWhatTheUserWrote() {
    var words = user(new ChatMessage.Text("my secret"));

    assertThatExceptionOfType(ModelFault.class)
        .isThrownBy(() -> render("{{ messages[0]['content'] | abs }}", words))
        .withMessageContaining("line 1")
        .satisfies(fault -> assertThat(Throwables.getStackTrace(fault)).doesNotContain("secret"));
  }

  @Test
  void rendersTheSameFromManyThreads() {
    ChatTemplate template =
        new ChatTemplate(
            "{% for m in messages %}{% for c in m['content'] %}{{ c['text'] }}{% endfor %}{% endfor %}",
            Map.of());

    assertThat(
            IntStream.range(0, 500)
                .parallel()
                .allMatch(i ->
                    template
                        .render(List.of(user(new ChatMessage.Text("text " + i))), "<image>")
                        .equals("text " + i)))
        .isTrue();
  }

  private static String render(String template, ChatMessage... messages) {
    return new ChatTemplate(template, Map.of()).render(List.of(messages), "<image>");
  }

  private static ChatMessage user(ChatMessage.Part... parts) {
    return new ChatMessage(ChatMessage.Role.USER, List.of(parts));
  }

  private static ChatMessage assistant(String text) {
    return new ChatMessage(ChatMessage.Role.ASSISTANT, List.of(new ChatMessage.Text(text)));
  }
}
