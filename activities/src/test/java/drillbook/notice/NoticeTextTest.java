package drillbook.notice;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What notices say, by files to compare with. After a wanted change, run with {@code
 * -Ddrillbook.golden=src/test/resources/drillbook/notice} to write them anew, and read them.
 */
final class NoticeTextTest {
  private static final TemporalUi UI = new TemporalUi("http://127.0.0.1:8233", "default");
  private static final Map<String, Notice> NOTICES =
      Map.of(
          "fine", TestingNotices.fine(),
          "warning", TestingNotices.warning(),
          "problem", TestingNotices.problem());
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @ParameterizedTest
  @ValueSource(strings = {"fine", "warning", "problem"})
  void blocks_are_as_in_the_file(String name) throws Exception {
    JsonNode blocks = MAPPER.readTree(SlackBlocks.json(notice(name), UI));
    compare(name + ".slack.json", MAPPER.writeValueAsString(blocks) + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fine", "warning", "problem"})
  void json_is_as_in_the_file(String name) throws Exception {
    compare(
        name + ".webhook.json", MAPPER.writeValueAsString(NoticeJson.of(notice(name), UI)) + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fine", "warning", "problem"})
  void mail_is_as_in_the_file(String name) throws Exception {
    compare(
        name + ".mail.txt",
        "Subject: " + MailText.subject(notice(name)) + "\n\n" + MailText.body(notice(name), UI));
  }

  @Test
  void words_from_a_database_move_no_cursor_and_end_no_header() {
    Notice huge = TestingNotices.huge();
    assertThat(MailText.subject(huge)).hasSizeLessThan(210).endsWith("… (shortened)");
    assertThat(MailText.subject(huge) + MailText.body(huge, UI))
        .doesNotContain("\u001b", "\u202e", "\r");
  }

  @Test
  void a_runs_page_is_found_with_any_address_and_id() {
    assertThat(new TemporalUi("https://t.example/base", "a b").link("drill-docs/1 ü", "r"))
        .contains(
            "https://t.example/base/namespaces/a%20b/workflows/drill-docs%2F1%20%C3%BC/r/history");
    assertThat(new TemporalUi("https://t.example/base/", "n").link("w", "r"))
        .contains("https://t.example/base/namespaces/n/workflows/w/r/history");
    assertThat(TemporalUi.NONE.link("w", "r")).isEmpty();
  }

  private static Notice notice(String name) {
    return requireNonNull(NOTICES.get(name));
  }

  private static void compare(String name, String actual) throws Exception {
    String golden = System.getProperty("drillbook.golden", "");
    if (!golden.isEmpty()) {
      Files.writeString(Path.of(golden, name), actual);
    }
    try (InputStream in = NoticeTextTest.class.getResourceAsStream(name)) {
      assertThat(in).as("golden file %s", name).isNotNull();
      assertThat(actual).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
