package drillbook.runbook;

import static drillbook.runbook.TestingRunbooks.FULL;
import static drillbook.runbook.TestingRunbooks.SMALL;
import static drillbook.runbook.TestingRunbooks.accepted;
import static drillbook.runbook.TestingRunbooks.complaints;
import static drillbook.runbook.TestingRunbooks.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.backup.BackupKind;
import drillbook.disaster.Loss;
import drillbook.drift.DriftRule;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.notice.NoticeRoute;
import drillbook.people.ApprovalRule;
import drillbook.runbook.Occasion.Notify;
import drillbook.ticket.TicketRoute;
import drillbook.verify.SizeRule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RunbookFileTest {
  @TempDir Path folder;

  @Test
  void left_out_keys_have_defaults() {
    assertThat(accepted(SMALL))
        .isEqualTo(
            new Runbook(
                "docs",
                "docs",
                "UTC",
                Objectives.NONE,
                List.of(Occasion.usual(Cadence.HOURLY)),
                SizeRule.DEFAULT,
                Retention.DEFAULT,
                List.of(),
                List.of()));
  }

  @Test
  void every_key_is_mapped() {
    assertThat(accepted(FULL))
        .isEqualTo(
            new Runbook(
                "docs",
                "documents",
                "Europe/Zurich",
                new Objectives(Duration.ofHours(2), Duration.ofMinutes(90)),
                List.of(
                    new Occasion(
                        Cadence.HOURLY,
                        "*/20 6-22 * * mon-fri",
                        List.of(Step.Backup.INCREMENTAL),
                        Notify.ALWAYS),
                    new Occasion(
                        Cadence.DAILY,
                        "0 2 * * *",
                        List.of(
                            Step.Backup.FULL,
                            new Step.Verify(),
                            new Step.Prune(),
                            Step.Drill.DEFAULT),
                        Notify.ALWAYS),
                    new Occasion(
                        Cadence.WEEKLY,
                        "0 3 * * 0",
                        List.of(
                            new Step.Drill(
                                "staging",
                                Step.RecoveryPoint.RANDOM,
                                Duration.ofDays(14),
                                1.5,
                                90,
                                new Step.Bisect(3)),
                            new Step.Human(
                                "Call the bank: 'now'.", "on-call", Duration.ofHours(2))),
                        Notify.PROBLEMS),
                    new Occasion(
                        Cadence.MONTHLY,
                        "0 4 1 * *",
                        List.of(
                            new Step.Backup(BackupKind.FULL, true),
                            new Step.RegionDrill("docs-eu", 0.4, 60)),
                        Notify.ALWAYS),
                    new Occasion(
                        Cadence.QUARTERLY,
                        "0 5 1 1,4,7,10 *",
                        List.of(
                            Step.Drill.DEFAULT,
                            new Step.Verify(),
                            new Step.DisasterDrill(
                                "docs-eu",
                                Loss.DELETE,
                                Duration.ofHours(3),
                                new ApprovalRule(
                                    List.of("ana", "ben"),
                                    2,
                                    Duration.ofHours(8),
                                    Duration.ofHours(1)))),
                        Notify.ALWAYS)),
                new SizeRule(0.125, 0.6, 2 << 20),
                new Retention(Duration.ZERO, 48, 30, 12, 12, 7, Duration.ofDays(30)),
                List.of(
                    new NoticeRoute.Slack("#backups", "env:SLACK_TOKEN"),
                    new NoticeRoute.SlackWebhook("file:/run/secrets/slack-hook"),
                    new NoticeRoute.Webhook("env:HOOK", ""),
                    new NoticeRoute.Webhook("env:HOOK", "env:HOOK_TOKEN"),
                    new NoticeRoute.Email(
                        "smtps://mail.example.org:465",
                        "drillbook@example.org",
                        List.of("a@example.org", "b@example.org"),
                        "env:MAIL_USER",
                        "file:/run/secrets/mail")),
                List.of(
                    new TicketRoute.GitHub(
                        "https://git.example.org/api/v3", "owner/name", "env:GITHUB_TOKEN"),
                    new TicketRoute.Jira(
                        "https://example.atlassian.net",
                        "OPS",
                        "Bug",
                        "env:JIRA_USER",
                        "env:JIRA_TOKEN"),
                    new TicketRoute.Webhook("env:TICKETS", "env:TICKETS_TOKEN")),
                Runbook.Watch.NEVER,
                new DriftRule(0.05, 0.2, 0.8, 1000)));
  }

  @Test
  void a_cadence_with_nothing_behind_it_is_as_usual() {
    assertThat(accepted(SMALL.replace("{}", ""))).isEqualTo(accepted(SMALL));
  }

  @Test
  void routes_left_half_open_are_filled_in() {
    assertThat(
            accepted(
                    SMALL
                        + """
                        notices:
                          - email: {server: "smtp://h:25", from: a@h, to: [b@h]}
                        tickets:
                          - github: {repository: o/n, token: env:T}
                          - jira: {url: "http://127.0.0.1:8080/jira", project: OPS, token: env:T}
                          - webhook: {url: env:T}
                        """)
                .tickets())
        .containsExactly(
            new TicketRoute.GitHub("https://api.github.com", "o/n", "env:T"),
            new TicketRoute.Jira("http://127.0.0.1:8080/jira", "OPS", "Task", "", "env:T"),
            new TicketRoute.Webhook("env:T", ""));
  }

  @Test
  void all_that_is_wrong_is_said_at_once_and_where() {
    assertThat(
            complaints(
                """
                runbok: docs
                zone: Europe/Zurch
                objectives: {rpo: two hours, rto: 0s}
                cadences:
                  daily:
                    at: "0 25 * * *"
                    notice: allways
                    steps:
                      - backup: ful
                      - verfy
                      - human: {instruction: Look., within: 2h}
                  monthly: {}
                retention: {all: -3d, daily: "30", weekly: 1.5}
                notices:
                  - slack: {channel: "#b", tokn: env:T}
                """))
        .containsExactly(
            "docs.yaml:1:1: runbok: unknown key (did you mean 'runbook'?), expected one of [runbook,"
                + " target, zone, objectives, cadences, size-delta, drift, retention, notices, tickets,"
                + " watchdog]",
            "docs.yaml:1:1: runbook: is missing, expected the runbook's name: lower-case letters,"
                + " digits and dashes, at most 63",
            "docs.yaml:1:1: target: is missing, expected the name of a target: lower-case letters,"
                + " digits and dashes, at most 63",
            "docs.yaml:2:7: zone: is no known zone (did you mean 'Europe/Zurich'?), expected UTC or a"
                + " name such as Europe/Zurich",
            "docs.yaml:3:19: objectives.rpo: is no time, expected a time above zero, such as 30m, 6h,"
                + " 7d or PT30M",
            "docs.yaml:3:35: objectives.rto: is zero, expected a time above zero, such as 30m, 6h,"
                + " 7d or PT30M",
            "docs.yaml:6:9: cadences.daily.at: field 'hour' is outside 0 to 23, expected five fields:"
                + " minute, hour, day of month, month, day of week, as in \"0 2 * * *\"",
            "docs.yaml:7:13: cadences.daily.notice: is none of the known words (did you mean"
                + " 'always'?), expected one of [always, problems]",
            "docs.yaml:9:17: cadences.daily.steps[0].backup: is none of the known words (did you mean"
                + " 'full'?), expected one of [anew, full, incremental]",
            "docs.yaml:10:9: cadences.daily.steps[1]: is no step (did you mean 'verify'?), expected"
                + " one of [backup, verify, drill, region-drill, disaster-drill, prune, human]",
            "docs.yaml:11:16: cadences.daily.steps[2].human.owner: is missing, expected who does it",
            "docs.yaml:12:12: cadences.monthly: has no usual steps yet, and none are written,"
                + " expected key 'steps', as in steps: [backup: full, verify]",
            "docs.yaml:13:18: retention.all: is no time, expected a time such as 30m, 6h, 7d or"
                + " PT30M",
            "docs.yaml:13:30: retention.daily: is no whole number, expected a whole number from 0 to"
                + " 9999",
            "docs.yaml:13:44: retention.weekly: is no whole number, expected a whole number from 0"
                + " to 9999",
            "docs.yaml:15:12: notices[0].slack.token: is missing, expected env:NAME or file:/path,"
                + " never the secret itself",
            "docs.yaml:15:28: notices[0].slack.tokn: unknown key (did you mean 'token'?), expected one"
                + " of [channel, token]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "size_delta: {}     | 5:1: size_delta: unknown key (did you mean 'size-delta'?",
        "sizeDelta: {}      | 5:1: sizeDelta: unknown key (did you mean 'size-delta'?",
        "colour: red        | 5:1: colour: unknown key, expected one of",
        "? [a, b]           | 5:3: ?: unknown key, expected one of",
        "7: seven           | 5:1: ?: unknown key, expected one of",
        "<<: {zone: UTC}    | 5:1: ?: unknown key, expected one of",
        "zone: ''           | 5:7: zone: is empty, expected UTC or",
        "zone: [UTC]        | 5:7: zone: is a list, expected UTC or",
        "zone: !x UTC       | 5:7: zone: is something with a tag, not text, expected",
        "zone: 12           | 5:7: zone: is a number, not text, expected UTC or",
        "zone: 2026-11-21   | 5:7: zone: is a date, not text, expected UTC or",
        "zone: yes          | 5:7: zone: is true or false, not text, expected UTC or",
        "zone: +02:00       | 5:7: zone: is no known zone, expected",
        "zone: GMT+2        | 5:7: zone: is no known zone",
        "zone: EST5EDT4     | 5:7: zone: is no known zone (did you mean 'EST5EDT'?",
        "zone: europe/zurich| 5:7: zone: is no known zone (did you mean 'Europe/Zurich'?",
        "target: other      | 5:1: target: stands there twice, first in line 2, expected every key",
        "retention: 30d     | 5:12: retention: is text, expected keys [all, hourly,",
        "retention:         | 5:11: retention: is empty, expected keys [all, hourly,",
        "retention: {daily: 010}   | 5:20: retention.daily: is no such number",
        "retention: {daily: 1_000} | 5:20: retention.daily: is no such number",
        "retention: {daily: 1:30}  | 5:20: retention.daily: is no such number",
        "retention: {daily: -1}    | 5:20: retention.daily: is no such number",
        "retention: {daily: 10000} | 5:20: retention.daily: is no such number",
        "retention: {all: 30}      | 5:18: retention.all: is a number, not text, expected a time",
        "retention: {all: 1h1d}    | 5:18: retention.all: is no time",
        "retention: {all: 1h1h}    | 5:18: retention.all: is no time",
        "retention: {all: 36501d}  | 5:18: retention.all: is more than a hundred years",
        "retention: {all: 999999999w} | 5:18: retention.all: is more than a hundred years",
        "retention: {all: PT-1H}   | 5:18: retention.all: is below zero",
        "retention: {all: P1Y}     | 5:18: retention.all: is no time",
        "retention: {all: P99999999999999999D} | 5:18: retention.all: is no time",
        "size-delta: {warning: 0.1}  | 5:23: size-delta.warning: is a number, not text, expected a",
        "size-delta: {warning: 10}   | 5:23: size-delta.warning: is a number, not text",
        "size-delta: {warning: 0.0%} | 5:23: size-delta.warning: is zero",
        "size-delta: {warning: -1%}  | 5:23: size-delta.warning: is no percentage",
        "size-delta: {warning: 50%}  | 5:13: size-delta: warns no earlier than it fails",
        "size-delta: {failure: 9%}   | 5:13: size-delta: warns no earlier than it fails",
        "size-delta: {floor: 1MB}    | 5:21: size-delta.floor: is no size",
        "size-delta: {floor: 1.5MiB} | 5:21: size-delta.floor: is no size",
        "size-delta: {floor: 999999999TiB} | 5:21: size-delta.floor: is too large",
        "drift: {norm: 0.1}  | 5:15: drift.norm: is a number, not text, expected a percentage",
        "drift: {centroid: 0%} | 5:19: drift.centroid: is zero",
        "drift: {floor: 1.5} | 5:16: drift.floor: is no whole number",
        "drift: {mean: 5%}  | 5:9: drift.mean: unknown key",
        "notices: []        | 5:10: notices: is empty, expected a list of routes",
        "notices: {slack: {}} | 5:10: notices: is keys and values, expected a list of routes",
        "notices: [slack]   | 5:11: notices[0]: is text, expected keys [slack, slack-webhook,",
        "notices: [{}]      | 5:11: notices[0]: holds 0 keys, expected one of [slack,",
        "notices: [{webhook: {url: env:A}, slack-webhook: {url: env:B}}]"
            + " | 5:11: notices[0]: holds 2 keys, expected one of [slack,",
      })
  void a_wrong_line_is_refused_where_it_is_wrong(String line, String complaint) {
    assertThat(complaints(SMALL + line + "\n"))
        .singleElement()
        .asString()
        .startsWith("docs.yaml:" + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{at: '0 2 * *'}       | at: has 4 fields, not five",
        "{at: '0 0 2 * * *'}   | at: has 6 fields, not five",
        "{at: '@daily'}        | at: is a word where five fields belong",
        "{at: 'TZ=UTC 0 2 * * *'} | at: names a zone, which belongs to key 'zone'",
        "{at: '0 2 31 2 *'}    | at: field 'day of month' names a day that none of the months has",
        "{at: 02:00}           | at: has 1 field, not five, expected five fields",
        "{steps: []}           | steps: is empty, expected a list of steps",
        "{steps: verify}       | steps: is text, expected a list of steps",
        "{steps: [backup]}     | steps[0]: does not say which kind",
        "{steps: [human]}      | steps[0]: does not say what to do",
        "{steps: [verify: [all]]} | steps[0].verify: takes nothing",
        "{steps: [{backup: full, drill: {}}]} | steps[0]: holds 2 keys",
        "{steps: [[verify]]}   | steps[0]: is a list, expected keys [backup, verify,",
        "{steps: [drill: {recovery-point: latest}]} | steps[0].drill.recovery-point: is none of",
        "{steps: [drill: {window: 7d}]}    | steps[0].drill.window: bounds nothing",
        "{steps: [drill: {window: 7d, recovery-point: newest}]} | steps[0].drill.window: bounds",
        "{steps: [drill: {floor: 0s}]}     | steps[0].drill.floor: is zero",
        "{steps: [drill: {max-regression: 0%}]} | steps[0].drill.max-regression: is zero",
        "{steps: [drill: {into: Staging}]} | steps[0].drill.into: is no name",
        "{steps: [region-drill]} | steps[0]: does not say where",
        "{steps: [region-drill: {floor: 1s}]} | steps[0].region-drill.region: is missing",
        "{steps: [disaster-drill: {region: eu, loss: burn}]}"
            + " | steps[0].disaster-drill.loss: is none of the known words",
        "{steps: [disaster-drill: {region: eu, approvals: 0}]}"
            + " | steps[0].disaster-drill.approvals: is zero",
        "{steps: [disaster-drill: {region: eu, approvers: [ana], approvals: 2}]}"
            + " | steps[0].disaster-drill.approvals: is more than there are approvers",
        "{steps: [disaster-drill: {region: eu, within: 1h, escalate-after: 2h}]}"
            + " | steps[0].disaster-drill.escalate-after: is behind the end",
        "{steps: [disaster-drill: {region: eu, within: 23h}]}"
            + " | steps[0].disaster-drill.within: is longer than a run may take",
        "{steps: [human: {instruction: ' ', owner: me, within: 1h}]}"
            + " | steps[0].human.instruction: is empty",
        "{steps: [human: {instruction: Look, owner: me, within: 23h}]}"
            + " | steps[0].human.within: is longer than a run may take, expected less than 1380m",
      })
  void a_wrong_cadence_is_refused(String daily, String complaint) {
    assertThat(complaints(SMALL + "  daily: " + daily + "\n"))
        .singleElement()
        .asString()
        .startsWith("docs.yaml:5:")
        .contains(": cadences.daily." + complaint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"monthly", "quarterly"})
  void a_cadence_without_usual_steps_wants_them_written(String cadence) {
    for (String empty : List.of("", " {}", " {notice: always}")) {
      assertThat(complaints(SMALL + "  " + cadence + ":" + empty + "\n"))
          .singleElement()
          .asString()
          .contains(": cadences." + cadence + ": has no usual steps yet, and none are written");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slack: {channel: ['#a'], token: env:T}   | slack.channel: is a list",
        "slack: {channel: a b, token: env:T}      | slack.channel: is no channel",
        "slack: {channel: '#a', token: 'env:'}    | slack.token: is no reference",
        "slack: {channel: '#a', token: 'env:A B'} | slack.token: is no reference",
        "slack: {channel: '#a', token: 'file:a'}  | slack.token: is no reference",
        "slack: {channel: '#a', token: 'file:/'}  | slack.token: is no reference",
        "slack-webhook: {}                        | slack-webhook.url: is missing",
        "webhook: {url: 'http://h'}               | webhook.url: is no reference",
        "email: {server: 'http://h:25', from: a@h, to: [b@h]} | email.server: is no such address",
        "email: {server: 'smtp://h', from: a@h, to: [b@h]}    | email.server: needs a port",
        "email: {server: 'smtp://h:25/x', from: a@h, to: [b@h]} | email.server: needs a port",
        "email: {server: 'smtp://u@h:25', from: a@h, to: [b@h]} | email.server: holds a user",
        "email: {server: 'smtp://h:25', from: me, to: [b@h]}  | email.from: is no address",
        "email: {server: 'smtp://h:25', from: a@h, to: []}    | email.to: is empty",
        "email: {server: 'smtp://h:25', from: a@h, to: b@h}   | email.to: is text",
        "email: {server: 'smtp://h:25', from: a@h, to: [b@h, c]} | email.to[1]: is no address",
        "email: {server: 'smtp://h:25', from: a@h, to: [b@h], user: env:U} | email: has only one",
      })
  void a_wrong_notice_is_refused(String route, String complaint) {
    assertThat(complaints(SMALL + "notices:\n  - " + route + "\n"))
        .singleElement()
        .asString()
        .startsWith("docs.yaml:6:")
        .contains(": notices[0]." + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "github: {repository: name, token: env:T}      | github.repository: is no repository",
        "github: {repository: o/n}                     | github.token: is missing",
        "github: {api: ftp://h, repository: o/n, token: env:T} | github.api: is no such address",
        "github: {api: 'h', repository: o/n, token: env:T}     | github.api: is no such address",
        "github: {api: 'http://h h', repository: o/n, token: env:T} | github.api: is no address",
        "jira: {url: 'https://h?a=b', project: OPS, token: env:T} | jira.url: holds more than",
        "jira: {url: 'https://h', project: ops, token: env:T}     | jira.project: is no project's",
        "jira: {url: 'https://h', project: OPS, user: me, token: env:T} | jira.user: is no reference",
      })
  void a_wrong_ticket_is_refused(String route, String complaint) {
    assertThat(complaints(SMALL + "tickets:\n  - " + route + "\n"))
        .singleElement()
        .asString()
        .startsWith("docs.yaml:6:")
        .contains(": tickets[0]." + complaint);
  }

  @Test
  void names_are_those_that_a_runbook_takes() {
    for (String name : List.of("Docs", "-docs", "a_b", "a.b", "a".repeat(64))) {
      assertThat(complaints(SMALL.replace("book: docs", "book: " + name)))
          .singleElement()
          .asString()
          .startsWith("docs.yaml:1:10: runbook: is no name");
      assertThat(
              catchThrowableOfType(
                  IllegalArgumentException.class,
                  () -> new Runbook(name, "t", "", null, List.of(), null, null, null, null)))
          .as(name)
          .isNotNull();
    }
    accepted(SMALL.replace("docs", "a".repeat(63)));
  }

  @Test
  void an_empty_document_is_refused() {
    for (String text : List.of("", "\n", "# nothing\n", "---\n", "null", "{}", "[]", "docs")) {
      assertThat(refused(text)).as(text).isNotEmpty();
    }
    assertThat(complaints(SMALL.replace("  hourly: {}\n", "")))
        .singleElement()
        .asString()
        .startsWith("docs.yaml:3:10: cadences: is empty, expected keys [hourly,");
    assertThat(complaints(SMALL.replace("\n  hourly: {}", " {}")))
        .singleElement()
        .asString()
        .startsWith("docs.yaml:3:11: cadences: is empty, expected at least one of [hourly,");
  }

  @Test
  void text_that_yaml_reads_as_something_else_is_explained() {
    assertThat(complaints(SMALL + "  daily: {at: * 2 * * *}\n"))
        .containsExactly(
            "docs.yaml:5:16: document: no YAML: an alias without its anchor, expected quotes around"
                + " text that begins with *");
    assertThat(complaints(SMALL + "notices:\n  - slack:\n      token: env:T\n      channel: #a\n"))
        .containsExactly(
            "docs.yaml:8:15: notices[0].slack.channel: is empty, expected a channel such as"
                + " \"#backups\", in quotes");
    assertThat(complaints(SMALL + "zone: UTC\n\ttarget: a\n"))
        .singleElement()
        .asString()
        .startsWith("docs.yaml:6:1: document: no YAML: ");
    assertThat(complaints(SMALL + "---\n" + SMALL))
        .containsExactly(
            "docs.yaml:5:1: document: no YAML: a second document begins here, expected one document"
                + " a file");
    assertThat(complaints(SMALL + "zone: \u0007\n"))
        .containsExactly(
            "docs.yaml:5:7: document: no YAML: a character that must not stand there, expected"
                + " text");
  }

  @Test
  void a_file_that_cannot_be_read_is_complained_of() throws Exception {
    assertThat(failed(folder.resolve("none.yaml")))
        .hasMessageEndingWith(
            "none.yaml:1:1: document: there is no such file, expected a YAML file");
    assertThat(failed(folder)).hasMessageContaining(":1:1: document: could not be read: ");
    Path file = folder.resolve("docs.yaml");
    Files.write(file, new byte[] {(byte) 0xff, 1});
    assertThat(failed(file)).hasMessageContaining("is not encoded in UTF-8");
    Files.write(file, new byte[64 * 1024 + 1]);
    assertThat(failed(file)).hasMessageContaining("is too long");
    Files.writeString(file, "\uFEFF" + SMALL, StandardCharsets.UTF_8);
    assertThat(RunbookFile.read(file)).isEqualTo(accepted(SMALL));
  }

  @Test
  void a_program_that_needs_a_runbook_hears_all_complaints() throws Exception {
    Path file = folder.resolve("docs.yaml");
    Files.writeString(file, SMALL + "zone: Nowhere\ncolour: red\n");
    DrillbookException failure = failed(file);
    assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(failure.getMessage().lines())
        .hasSize(3)
        .last()
        .asString()
        .startsWith(file + ":6:1: colour: unknown key");
    assertThat(failure.hint()).contains("drillbook runbook validate " + file);
  }

  private static DrillbookException failed(Path file) {
    return catchThrowableOfType(DrillbookException.class, () -> RunbookFile.read(file));
  }
}
