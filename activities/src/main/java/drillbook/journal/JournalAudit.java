package drillbook.journal;

import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.failure.DrillbookException;
import drillbook.manifest.TrustedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks a journal's entries one after the other, in the order of their numbers. */
final class JournalAudit {
  private static final int MOST_FINDINGS = 5;
  private static final String ADVICE =
      "Somebody or something changed the journal in the store: compare with a copy, and with the"
          + " heads in notices and reports.";

  private final String target;
  private final String subject;
  private final TrustedKeys trusted;
  private final Optional<JournalHead> expected;
  private final List<Finding> gaps = new ArrayList<>();
  private final List<Finding> forgeries = new ArrayList<>();
  private final List<Finding> breaks = new ArrayList<>();
  private String expectedDigestSeen = "";
  private JournalHead head = new JournalHead(0, "");
  private long entries;
  private long gapCount;
  private long forgeryCount;
  private long breakCount;

  JournalAudit(String target, TrustedKeys trusted, Optional<JournalHead> expected) {
    this.target = target;
    this.subject = JournalFile.folder(target);
    this.trusted = trusted;
    this.expected = expected;
  }

  void take(long number, byte[] bytes) {
    entries++;
    if (number != head.number() + 1) {
      gapCount++;
      add(gaps, "after entry " + head.number() + " comes entry " + number);
    }
    try {
      JournalFile.Content content = JournalFile.open(target, number, bytes, trusted);
      // Behind a gap there is nothing to compare with; the gap itself is a finding.
      if (number == head.number() + 1 && !content.previous().equals(head.sha256())) {
        breakCount++;
        add(
            breaks,
            "entry " + number + " follows another entry " + (number - 1) + " than this one");
      }
    } catch (DrillbookException e) {
      forgeryCount++;
      add(forgeries, "entry " + number + ": " + e.getMessage());
    }
    head = new JournalHead(number, JournalFile.sha256(bytes));
    if (expected.isPresent() && expected.get().number() == number) {
      expectedDigestSeen = head.sha256();
    }
  }

  void foreign(String key) {
    gapCount++;
    add(gaps, "'" + key + "' is no entry's name");
  }

  JournalCheck end() {
    List<Check> checks = new ArrayList<>();
    checks.add(
        check("journal-numbers", gaps, gapCount, entries + " entries, numbered without gaps"));
    checks.add(
        check("journal-signatures", forgeries, forgeryCount, "each is signed by a trusted key"));
    checks.add(
        check("journal-chain", breaks, breakCount, "each names the digest of the one before"));
    Check tail = tail();
    checks.add(tail);
    return new JournalCheck(head, entries, tail.result() == Check.Result.PASSED, checks);
  }

  private Check tail() {
    String name = "journal-tail";
    if (expected.isEmpty() || expected.get().number() == 0) {
      return Check.couldNotRun(
          name,
          subject,
          "tail not proven: no head to compare with was given; the journal ends with entry "
              + head.number());
    }
    JournalHead kept = expected.get();
    String wanted = "entry " + kept.number() + " with digest " + kept.sha256();
    if (expectedDigestSeen.equals(kept.sha256())) {
      return Check.passed(
          name, subject, wanted + " is there; the journal ends with entry " + head.number());
    }
    String found =
        expectedDigestSeen.isEmpty()
            ? "it is not there, the journal ends with entry " + head.number()
            : "its digest is " + expectedDigestSeen;
    return Check.failed(
        name,
        subject,
        "expected " + wanted + ": " + found,
        new Finding(FindingCode.JOURNAL_BROKEN, wanted + " is missing: " + found, ADVICE));
  }

  private Check check(String name, List<Finding> findings, long count, String whenFine) {
    return count == 0
        ? Check.passed(name, subject, whenFine)
        : new Check(name, subject, Check.Result.FAILED, count + " of " + entries, findings);
  }

  private static void add(List<Finding> findings, String message) {
    if (findings.size() < MOST_FINDINGS) {
      findings.add(new Finding(FindingCode.JOURNAL_BROKEN, message, ADVICE));
    }
  }
}
