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

/** Compares a backup's size with the one of the same kind before it, collection by collection. */
final class SizeDelta {
  private final Archive archive;

  SizeDelta(Archive archive) {
    this.archive = archive;
  }

  Check against(Manifest manifest) throws DrillbookException, InterruptedException {
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
      return Check.notApplicable(
          "size-delta", subject, "there is no earlier backup of the same kind");
    }
    Map<Integer, SizeRule.Size> sizes = sizes(before);
    List<String> wrong = new ArrayList<>();
    List<String> notable = new ArrayList<>();
    sizes(manifest)
        .forEach((collection, now) -> {
          SizeRule.Size then = sizes.getOrDefault(collection, SizeRule.Size.NONE);
          SizeRule.Answer answer = SizeRule.DEFAULT.judge(then, now);
          switch (answer.level()) {
            case NORMAL -> {}
            case WARNING -> notable.add("c" + collection + " " + answer.reason());
            case FAILURE -> wrong.add("c" + collection + " " + answer.reason());
          }
        });
    if (wrong.isEmpty()) {
      return Check.passed(
          "size-delta",
          subject,
          notable.isEmpty()
              ? "as expected after " + before.backupId()
              : "warning: " + String.join("; ", notable));
    }
    return Check.failed(
        "size-delta",
        subject,
        "compared with " + before.backupId(),
        new Finding(
            FindingCode.SIZE_DELTA,
            String.join("; ", wrong),
            "Find out whether that much data was meant to come or go; compare the counts."));
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
