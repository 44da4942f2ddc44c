package drillbook.verification;

import drillbook.archive.Archive;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.Manifest;
import drillbook.verify.SizeRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Compares a backup's size with the one of the same kind before it, collection by collection. */
final class SizeDelta {
  private final Archive archive;
  private final SizeRule rule;

  SizeDelta(Archive archive, SizeRule rule) {
    this.archive = archive;
    this.rule = rule;
  }

  /**
   * What the comparison says.
   *
   * @param check passed unless something is wrong
   * @param warnings what moved more than usual
   */
  record Answer(Check check, List<Finding> warnings) {}

  Answer against(Manifest manifest) throws DrillbookException, InterruptedException {
    String subject = manifest.backupId();
    Manifest before;
    try {
      before =
          archive.newest(
              earlier ->
                  earlier.kind().equals(manifest.kind())
                      && earlier.startedAt().isBefore(manifest.startedAt()),
              "an earlier " + manifest.kind());
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      return new Answer(
          Check.notApplicable("size-delta", subject, "there is no earlier backup of the same kind"),
          List.of());
    }
    Map<Integer, SizeRule.Size> then = sizes(before);
    Map<Integer, SizeRule.Size> now = sizes(manifest);
    // Also those that are gone: nothing left of a collection is the largest move there is.
    Set<Integer> collections = new TreeSet<>(then.keySet());
    collections.addAll(now.keySet());
    List<String> wrong = new ArrayList<>();
    List<String> notable = new ArrayList<>();
    for (int collection : collections) {
      SizeRule.Answer answer =
          rule.judge(
              then.getOrDefault(collection, SizeRule.Size.NONE),
              now.getOrDefault(collection, SizeRule.Size.NONE));
      String words = "collection " + collection + ": " + answer.reason();
      switch (answer.level()) {
        case NORMAL -> {}
        case WARNING -> notable.add(words);
        case FAILURE -> wrong.add(words);
      }
    }
    String compared = "compared with " + before.backupId();
    List<Finding> warnings = notable.stream().map(SizeDelta::finding).toList();
    Check check =
        wrong.isEmpty()
            ? Check.passed("size-delta", subject, compared)
            : Check.failed("size-delta", subject, compared, finding(String.join("; ", wrong)));
    return new Answer(check, warnings);
  }

  private static Finding finding(String words) {
    return new Finding(
        FindingCode.SIZE_DELTA,
        words,
        "Find out whether that much data was meant to come or go; compare the counts.");
  }

  private static Map<Integer, SizeRule.Size> sizes(Manifest manifest) {
    Map<Integer, SizeRule.Size> sizes = new HashMap<>();
    for (Manifest.Part part : manifest.parts()) {
      sizes.merge(
          part.collection(),
          new SizeRule.Size(part.count(), part.logicalBytes()),
          SizeRule.Size::plus);
    }
    return sizes;
  }
}
