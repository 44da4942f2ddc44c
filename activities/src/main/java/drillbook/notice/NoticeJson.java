package drillbook.notice;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A notice for programs. Fields are added, never renamed. */
final class NoticeJson {
  private NoticeJson() {}

  static Map<String, Object> of(Notice notice, TemporalUi ui) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("level", notice.level().name());
    document.put("title", notice.title());
    document.put(
        "facts",
        notice.facts().stream().map(f -> row("name", f.name(), "value", f.value())).toList());
    document.put(
        "findings",
        notice.findings().stream()
            .map(f -> row("code", f.code().name(), "message", f.message(), "advice", f.advice()))
            .toList());
    document.put("workflowId", notice.workflowId());
    document.put("runId", notice.runId());
    ui.link(notice.workflowId(), notice.runId()).ifPresent(link -> document.put("link", link));
    return document;
  }

  private static Map<String, String> row(String... pairs) {
    Map<String, String> row = new LinkedHashMap<>();
    List<String> words = List.of(pairs);
    for (int i = 0; i < words.size(); i += 2) {
      row.put(words.get(i), words.get(i + 1));
    }
    return row;
  }
}
