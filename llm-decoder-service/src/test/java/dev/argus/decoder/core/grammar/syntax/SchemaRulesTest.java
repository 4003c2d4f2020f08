package dev.argus.decoder.core.grammar.syntax;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argus.base.failure.InvalidInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What schemas are refused. What the others give is for the masks' tests to say. */
class SchemaRulesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "{\"oneOf\": []} ~ schema at $.oneOf is not supported here",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"not\": {}}}, \"additionalProperties\": false}"
            + " ~ schema at $.properties.a.not is not supported here",
        "{\"type\": \"array\", \"items\": {\"anyOf\": [{\"type\": \"null\"}, {\"type\": \"number\", \"minimum\": 1}]}}"
            + " ~ schema at $.items.anyOf[1].minimum is not supported here",
        "{\"type\": \"object\", \"properties\": {\"a\": true}, \"additionalProperties\": true}"
            + " ~ schema at $.additionalProperties must be false beside properties",
        "{\"type\": \"object\", \"properties\": {}, \"required\": [\"b\"]}"
            + " ~ schema at $.required[0] names none of the properties",
        "{\"type\": \"thing\"} ~ schema at $.type must be of [array, boolean,",
        "{\"$ref\": \"#/$defs/a\"} ~ schema at $.$ref names #/$defs/a, which is not there",
        "{\"$ref\": \"https://example.com\"} ~ schema at $.$ref must name a place in the same schema",
        "{\"$ref\": \"#\"} ~ leads back to itself with nothing between",
        "{\"anyOf\": [{\"type\": \"null\"}, {\"$ref\": \"#\"}]} ~ $.anyOf[1].$ref leads back to itself",
        "{\"type\": \"string\", \"format\": \"colour\"} ~ schema at $.format must be of [date,",
        "{\"type\": \"string\", \"pattern\": \"(?=a)\"} ~ schema at $.pattern looks around",
        "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 2} ~ schema at $.maxLength is less than",
        "{\"type\": \"array\", \"minItems\": -1} ~ schema at $.minItems must be an integer from 0 to",
        "{\"type\": \"integer\", \"minimum\": 3, \"maximum\": 2} ~ schema at $ allows no integer",
        "{\"type\": \"string\", \"enum\": [1, 2]} ~ schema at $ allows no value",
        "{\"anyOf\": []} ~ schema at $.anyOf must be an array of one schema or more",
        "false ~ schema at $ must be a schema",
        "{\"type\": \"string\" ~ schema is not JSON",
        "{\"type\": \"null\", \"type\": \"null\"} ~ schema is not JSON",
      })
  void refusesWithThePathOfTheKeyword(String schema, String problem) {
    assertThatThrownBy(() -> Rules.jsonSchema(schema, "schema"))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining(problem);
  }
}
