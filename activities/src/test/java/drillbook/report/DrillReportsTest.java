package drillbook.report;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.drill.DrillReport;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.restore.RestorePlan;
import drillbook.store.TestingStore;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What reports say, by files to compare with. After a wanted change, run with {@code
 * -Ddrillbook.golden=src/test/resources/drillbook/report} to write them anew, and read them.
 */
class DrillReportsTest {
  private static final Map<String, DrillReport> REPORTS =
      Map.of(
          "passed", TestingReports.passed(),
          "failed", TestingReports.failed(),
          "unproven", TestingReports.unproven());

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"passed", "failed", "unproven"})
  void text_is_as_in_the_file(String name) throws Exception {
    compare(name + ".txt", DrillReports.text(requireNonNull(REPORTS.get(name))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"passed", "failed", "unproven"})
  void html_is_as_in_the_file(String name) throws Exception {
    compare(
        name + ".html", DrillReports.html(requireNonNull(REPORTS.get(name)), "4be1".repeat(16)));
  }

  @Test
  void text_fits_a_terminal_of_100_columns() {
    REPORTS
        .values()
        .forEach(report ->
            assertThat(DrillReports.text(report).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100)));
  }

  @Test
  void html_needs_nothing_else_and_runs_nothing() {
    REPORTS
        .values()
        .forEach(report ->
            assertThat(DrillReports.html(report, "key"))
                .doesNotContainPattern("(?i)<script|<link|<img|<iframe|javascript:|https?://")
                .doesNotContainPattern("(?i)\\son[a-z]+=|url\\(|@import"));
  }

  @Test
  void words_of_an_engine_are_escaped_in_every_place() {
    String html = DrillReports.html(hostile(), "\"><script>k</script>");
    assertThat(html).doesNotContain("<script>").doesNotContain("<b>x").contains("&lt;script&gt;");
    assertThat(DrillReports.text(hostile())).doesNotContain("\u001b").doesNotContain("\u202e");
  }

  @Test
  void json_comes_back_equal() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    TrustedKeys trusted = TrustedKeys.ofKeys(List.of(key.publicKey()));
    for (DrillReport report : REPORTS.values()) {
      TestingStore store = new TestingStore();
      DrillReports.publish(store, report, key, trusted);
      assertThat(store.keys())
          .containsExactly(
              "docs/drills/20261122t030000_8c1f02/report.dsse.json",
              "docs/drills/20261122t030000_8c1f02/report.html",
              "docs/drills/20261122t030000_8c1f02/report.json",
              "docs/drills/20261122t030000_8c1f02/report.txt");
      assertThat(DrillReports.read(store, "docs", report.run(), trusted)).isEqualTo(report);
    }
  }

  @Test
  void publishing_again_changes_nothing_and_another_report_is_refused() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    SigningKey second = SigningKey.loadOrCreate(folder.resolve("second"));
    TrustedKeys trusted = TrustedKeys.ofKeys(List.of(key.publicKey(), second.publicKey()));
    TestingStore store = new TestingStore();
    DrillReports.publish(store, TestingReports.passed(), key, trusted);
    Map<String, byte[]> before = new TreeMap<>();
    store.keys().forEach(name -> before.put(name, store.bytes(name)));

    DrillReports.publish(store, TestingReports.passed(), second, trusted);
    assertThat(store.keys()).isEqualTo(before.keySet());
    before.forEach((name, bytes) -> assertThat(store.bytes(name)).isEqualTo(bytes));

    assertThatThrownBy(() -> DrillReports.publish(store, TestingReports.failed(), key, trusted))
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFLICT));
  }

  @Test
  void a_signed_report_of_another_run_or_with_a_changed_byte_is_refused() throws Exception {
    SigningKey key = SigningKey.loadOrCreate(folder.resolve("keys"));
    TrustedKeys trusted = TrustedKeys.ofKeys(List.of(key.publicKey()));
    TestingStore store = new TestingStore();
    DrillReport report = TestingReports.passed();
    DrillReports.publish(store, report, key, trusted);
    byte[] envelope = store.bytes("docs/drills/" + report.run() + "/report.dsse.json");

    store.tamper("docs/drills/other/report.dsse.json", envelope);
    assertThatThrownBy(() -> DrillReports.read(store, "docs", "other", trusted))
        .isInstanceOfSatisfying(
            DrillbookException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT));

    for (int i = 0; i < envelope.length; i += 97) {
      byte[] changed = envelope.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> DrillReports.open(changed, trusted))
          .isInstanceOf(DrillbookException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.00 s",
    "9.994, 9.99 s",
    "9.996, 10.0 s",
    "99.96, 1 min 40 s",
    "3599.6, 1 h 00 min",
    "3661, 1 h 01 min",
    "172799, 2 d 0 h",
    "-2, -2.00 s"
  })
  void durations_read_as_people_say_them(double seconds, String words) {
    assertThat(Words.duration(seconds)).isEqualTo(words);
  }

  @Test
  void bytes_and_shares_read_as_people_say_them() {
    assertThat(Words.bytes(999)).isEqualTo("999 B");
    assertThat(Words.bytes(999_960)).isEqualTo("1.0 MB");
    assertThat(Words.bytes(152_400_000)).isEqualTo("152.4 MB");
    assertThat(Words.percent(0, 5)).isEqualTo("0 %");
    assertThat(Words.percent(0.001, 5)).isEqualTo("< 1 %");
    assertThat(Words.percent(0, 0)).isEqualTo("0 %");
  }

  private static DrillReport hostile() {
    String words = "\"'><script>alert(1)</script><b>x\u001b[31m\u202e";
    DrillReport report = TestingReports.failed();
    Check check =
        Check.failed(words, words, words, new Finding(FindingCode.ALIAS_MISMATCH, words, words));
    return new DrillReport(
        words,
        words,
        words,
        words,
        report.startedAt(),
        report.verdict(),
        List.of(check, Check.couldNotRun(words, words, words)),
        new RestorePlan(
            words,
            words,
            words,
            words,
            List.of(new RestorePlan.Destination(words, words, words)),
            1,
            1,
            List.of(words),
            List.of(words),
            words),
        1,
        1,
        report.phases(),
        1,
        1,
        report.baseline(),
        true,
        words,
        words);
  }

  private static void compare(String name, String actual) throws Exception {
    String golden = System.getProperty("drillbook.golden", "");
    if (!golden.isEmpty()) {
      Files.writeString(Path.of(golden, name), actual);
    }
    try (InputStream in = DrillReportsTest.class.getResourceAsStream(name)) {
      assertThat(in).as("golden file %s", name).isNotNull();
      assertThat(actual).isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
