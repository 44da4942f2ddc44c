package drillbook.runbook;

import drillbook.document.Complaint;
import drillbook.document.Document.Reading;
import java.util.List;

/** Documents for tests, and short ways to read them. */
final class TestingRunbooks {
  static final String SMALL =
      """
      runbook: docs
      target: docs
      cadences:
        hourly: {}
      """;

  /** Uses every key that there is. */
  static final String FULL =
      """
      runbook: docs
      target: documents
      zone: Europe/Zurich
      watchdog: never
      objectives: {rpo: 2h, rto: PT1H30M}
      size-delta: {warning: 12.5%, failure: 60 %, floor: 2MiB}
      drift: {norm: 5%, centroid: 20%, count: 80%, floor: 1000}
      cadences:
        hourly:
          at: "*/20 6-22 * * mon-fri"
          notice: always
          steps: [backup: incremental]
        daily:
          steps:
            - backup: full
            - verify:
            - prune:
            - drill
        weekly:
          at: 0 3 * * 0
          notice: problems
          steps:
            - drill:
                into: staging
                recovery-point: random
                window: 2w
                max-regression: 150%
                floor: 1m30s
                bisect: 3
            - human: {instruction: "Call the bank: 'now'.", owner: on-call, within: 2h}
        monthly:
          steps:
            - backup: anew
            - region-drill: {region: docs-eu, max-regression: 40%, floor: 1m}
        quarterly:
          steps:
            - drill: {}
            - verify
            - disaster-drill:
                region: docs-eu
                loss: delete
                freshness: 3h
                approvers: [ana, ben]
                approvals: 2
                within: 8h
                escalate-after: 1h
      retention:
        {all: 0d, hourly: 48, daily: 30, weekly: 12, monthly: 12, yearly: 7, infrequent-access: 30d}
      notices:
        - slack: {channel: "#backups", token: env:SLACK_TOKEN}
        - slack-webhook: {url: file:/run/secrets/slack-hook}
        - webhook: {url: env:HOOK}
        - webhook: {url: env:HOOK, token: env:HOOK_TOKEN}
        - email:
            server: smtps://mail.example.org:465
            from: drillbook@example.org
            to: [a@example.org, b@example.org]
            user: env:MAIL_USER
            password: file:/run/secrets/mail
      tickets:
        - github: {api: "https://git.example.org/api/v3", repository: owner/name, token: env:GITHUB_TOKEN}
        - jira: {url: "https://example.atlassian.net", project: OPS, issue-type: Bug, user: env:JIRA_USER, token: env:JIRA_TOKEN}
        - webhook: {url: env:TICKETS, token: env:TICKETS_TOKEN}
      """;

  private TestingRunbooks() {}

  static Runbook accepted(String text) {
    return switch (RunbookFile.check("docs.yaml", text)) {
      case Reading.Accepted<Runbook>(Runbook runbook) -> runbook;
      case Reading.Refused<Runbook>(List<Complaint> complaints) ->
          throw new AssertionError("refused: " + complaints);
    };
  }

  static List<Complaint> refused(String text) {
    return switch (RunbookFile.check("docs.yaml", text)) {
      case Reading.Accepted<Runbook>(Runbook runbook) ->
          throw new AssertionError("accepted: " + runbook);
      case Reading.Refused<Runbook>(List<Complaint> complaints) -> complaints;
    };
  }

  /** The complaints as people read them. */
  static List<String> complaints(String text) {
    return refused(text).stream().map(Complaint::toString).toList();
  }
}
