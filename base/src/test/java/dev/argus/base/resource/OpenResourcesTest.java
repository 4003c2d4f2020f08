package dev.argus.base.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenResourcesTest {
  private final List<String> closed = new ArrayList<>();
  private final OpenResources resources = new OpenResources();

  @Test
  void closesTheLastFirstAndNothingTwice() {
    resources.add(() -> closed.add("first"));
    resources.add(() -> closed.add("second"));

    resources.close();
    resources.close();

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void closesTheRestWhereClosingFails() {
    IOException failure = new IOException("broken");
    resources.add(() -> closed.add("first"));
    resources.add(() -> {
      throw failure;
    });

    assertThatIllegalStateException().isThrownBy(resources::close).havingCause().isSameAs(failure);
    assertThat(closed).containsExactly("first");
  }
}
