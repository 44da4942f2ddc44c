package drillbook.ticket;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Markdown of tickets as a document of Atlassian's: paragraphs, bullets, bold, code. Other
 * marks stay as they are typed.
 *
 * <p>Source: Atlassian Document Format, version 1; read 2026-11. Text nodes must not be empty.
 */
final class JiraDocument {
  private static final Pattern MARKED = Pattern.compile("\\*\\*(.+?)\\*\\*|`([^`]+)`");

  private JiraDocument() {}

  static Map<String, Object> of(String markdown) {
    List<Object> content = new ArrayList<>();
    List<Object> bullets = new ArrayList<>();
    for (String line : markdown.lines().map(String::strip).toList()) {
      if (line.startsWith("- ") && line.length() > 2) {
        bullets.add(node("listItem", List.of(paragraph(line.substring(2)))));
        continue;
      }
      if (!bullets.isEmpty()) {
        content.add(node("bulletList", List.copyOf(bullets)));
        bullets.clear();
      }
      if (!line.isEmpty()) {
        content.add(paragraph(line));
      }
    }
    if (!bullets.isEmpty()) {
      content.add(node("bulletList", List.copyOf(bullets)));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("type", "doc");
    document.put("version", 1);
    document.put("content", content);
    return document;
  }

  private static Map<String, Object> paragraph(String line) {
    List<Object> spans = new ArrayList<>();
    Matcher marked = MARKED.matcher(line);
    int from = 0;
    while (marked.find()) {
      text(spans, line.substring(from, marked.start()), "");
      if (marked.group(1) != null) {
        text(spans, marked.group(1), "strong");
      } else {
        text(spans, marked.group(2), "code");
      }
      from = marked.end();
    }
    text(spans, line.substring(from), "");
    return node("paragraph", spans);
  }

  private static void text(List<Object> spans, String text, String mark) {
    if (text.isEmpty()) {
      return;
    }
    Map<String, Object> span = new LinkedHashMap<>();
    span.put("type", "text");
    span.put("text", text);
    if (!mark.isEmpty()) {
      span.put("marks", List.of(Map.of("type", mark)));
    }
    spans.add(span);
  }

  private static Map<String, Object> node(String type, List<Object> content) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("type", type);
    node.put("content", content);
    return node;
  }
}
