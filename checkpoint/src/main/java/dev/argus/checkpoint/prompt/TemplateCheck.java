package dev.argus.checkpoint.prompt;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds what Jinja has and Jinjava passes over without a word, leaving a hole in the prompt:
 * filters and tests that it does not know, and loops with a condition.
 *
 * <p>Unknown tags, functions and methods need no such care: they fail by themselves.
 */
final class TemplateCheck {
  private static final Pattern STRING =
      Pattern.compile("'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"", Pattern.DOTALL);
  private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_]\\w*)");
  private static final Pattern TEST = Pattern.compile("\\bis\\s+(?:not\\s+)?([A-Za-z_]\\w*)");
  private static final Pattern CONDITION =
      Pattern.compile("\\bif\\b(?!.*\\belse\\b)", Pattern.DOTALL);

  private final Context library;
  private final List<String> problems = new ArrayList<>();

  private TemplateCheck(Context library) {
    this.library = library;
  }

  /**
   * What a template uses and Jinjava does not have, a line each; empty if all is well.
   *
   * @param library the filters and tests that there are
   */
  static List<String> problems(Node root, Context library) {
    TemplateCheck check = new TemplateCheck(library);
    check.visit(root);
    return List.copyOf(check.problems);
  }

  private void visit(Node node) {
    if (node instanceof ExpressionNode || node instanceof TagNode) {
      String code = STRING.matcher(node.getMaster().getImage()).replaceAll("''");
      require(FILTER, code, "filter", node, name -> library.getFilter(name) != null);
      require(TEST, code, "test", node, name -> library.getExpTest(name) != null);
    }
    if (node instanceof TagNode tag
        && tag.getName().equals("for")
        && CONDITION.matcher(STRING.matcher(tag.getHelpers()).replaceAll("''")).find()) {
      problems.add("line " + node.getLineNumber() + ": a loop with a condition");
    }
    node.getChildren().forEach(this::visit);
  }

  private void require(Pattern use, String code, String kind, Node node, Predicate<String> known) {
    Matcher matcher = use.matcher(code);
    while (matcher.find()) {
      if (!known.test(matcher.group(1))) {
        problems.add("line " + node.getLineNumber() + ": the " + kind + " " + matcher.group(1));
      }
    }
  }
}
