package drillbook.runbook;

import static drillbook.runbook.TestingRunbooks.FULL;
import static drillbook.runbook.TestingRunbooks.SMALL;
import static drillbook.runbook.TestingRunbooks.accepted;
import static drillbook.runbook.TestingRunbooks.complaints;
import static org.assertj.core.api.Assertions.assertThat;

import drillbook.document.Complaint;
import drillbook.document.Document.Reading;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that hold what they should not, or mean ill. */
final class RunbookSafetyTest {
  private static final String SECRET = "hunter2-XYZZY";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "notices: [slack: {channel: '#a', token: SECRET}]",
        "notices: [slack: {channel: '#a', token: {a: SECRET}}]",
        "notices: [slack: {channel: '#a', token: [SECRET]}]",
        "notices: [slack: {channel: '#a', SECRET}]",
        "notices: [slack: {channel: '#a', token: !SECRET x}]",
        "notices: [slack: {channel: '#a', token: !SECRET!x y}]",
        "notices: [slack: {channel: '#a', token: *SECRET }]",
        "notices: [slack: {channel: '#a', token: &SECRET }]",
        "notices: [slack: {channel: '#a', token: \"SECRET\\q\"}]",
        "notices: [slack: {channel: '#a', token: 'SECRET]",
        "notices: [slack: {channel: '#a', token: env:SECRET SECRET}]",
        "notices: [slack: {channel: xoxb-SECRET, token: env:T}]",
        "notices: [slack: {channel: 'https://hooks.slack.com/services/SECRET', token: env:T}]",
        "notices: [webhook: {url: 'https://me:SECRET@host'}]",
        "notices: [email: {server: 'smtp://me:SECRET@h:25', from: a@h, to: [b@h]}]",
        "notices: [email: {server: 'smtp://me:SECRET @h:25', from: a@h, to: [b@h]}]",
        "notices: [email: {server: 'smtp://h:25', from: SECRET, to: [SECRET]}]",
        "tickets: [github: {repository: o/n, token: ghp_SECRET}]",
        "tickets: [github: {repository: SECRET, token: env:T}]",
        "tickets: [jira: {url: 'https://me:SECRET@h', project: OPS, token: env:T}]",
        "tickets: [jira: {url: 'https://h', project: SECRET, token: env:T}]",
        "zone: SECRET",
        "SECRET: 1",
        "SECRET",
        "objectives: {rpo: SECRET}",
        "size-delta: {warning: SECRET, floor: SECRET}",
        "  daily: {at: SECRET 2 * * SECRET, notice: SECRET, steps: [SECRET, backup: SECRET]}",
        "  daily: {steps: [human: {instruction: ghp_SECRET, owner: me, within: SECRET}]}",
        "%SECRET\nzone: UTC",
        "--- SECRET",
      })
  void a_secret_typed_by_mistake_is_never_repeated(String line) {
    assertThat(complaints(SMALL + line.replace("SECRET", SECRET) + "\n"))
        .isNotEmpty()
        .noneMatch(complaint -> complaint.toLowerCase(Locale.ROOT).contains("xyzzy"));
  }

  @Test
  void a_hostile_document_costs_nothing() {
    assertThat(complaints("#".repeat(64 * 1024 + 1)))
        .containsExactly("docs.yaml:1:1: document: is too long, expected at most 64 KiB");
    assertThat(complaints(SMALL + "zone: " + "[".repeat(1000) + "]".repeat(1000)))
        .containsExactly(
            "docs.yaml:1:1: document: is nested too deeply, or has too many aliases, expected at most"
                + " 20 levels and 10 aliases");
    StringBuilder laughs = new StringBuilder(SMALL + "a: &a [x]\n");
    for (int i = 0; i < 8; i++) {
      char next = (char) ('b' + i);
      laughs.append(next).append(": &").append(next).append(" [");
      laughs.append(("*" + (char) (next - 1) + " , ").repeat(8)).append("]\n");
    }
    assertThat(complaints(laughs.toString()))
        .singleElement()
        .asString()
        .contains("too many aliases");
    assertThat(complaints(SMALL + "  daily: {steps: &a [*a ]}\n"))
        .containsExactly(
            "docs.yaml:5:18: cadences.daily.steps[0]: is a list, expected keys [backup, verify,"
                + " drill, region-drill, disaster-drill, prune, human]");
  }

  @Test
  void a_few_aliases_are_understood() {
    Runbook runbook =
        accepted(SMALL + "  daily: &d {steps: &s [backup: full]}\n  weekly: {steps: *s }\n");
    assertThat(runbook.occasion(Cadence.WEEKLY).orElseThrow().steps())
        .isEqualTo(List.of(Step.Backup.FULL));
  }

  /** Whatever is done to a document: it is accepted or complained of, in order and inside it. */
  @Test
  void a_mangled_document_is_read_or_refused_and_never_breaks_the_reader() {
    Random random = new Random(20261121);
    String signs = "{}[]:,-*&!|>'\"%@#? \n\tab07";
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      StringBuilder text = new StringBuilder(FULL);
      for (int change = 0; change <= random.nextInt(3); change++) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, signs.charAt(random.nextInt(signs.length())));
          default -> text.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
        }
      }
      long lines = text.chars().filter(letter -> letter == '\n').count() + 1;
      switch (RunbookFile.check("docs.yaml", text.toString())) {
        case Reading.Accepted<Runbook> accepted ->
            assertThat(accepted.value().occasions()).isNotEmpty();
        case Reading.Refused<Runbook>(List<Complaint> complaints) -> {
          refused++;
          assertThat(complaints).isSortedAccordingTo((a, b) -> Integer.compare(a.line(), b.line()));
          assertThat(complaints)
              .allSatisfy(complaint -> {
                assertThat(complaint.line()).isBetween(1, (int) lines + 1);
                assertThat(complaint.column()).isPositive();
                assertThat(complaint.expected()).isNotBlank();
              });
        }
      }
    }
    assertThat(refused).isBetween(500, 1499);
  }
}
