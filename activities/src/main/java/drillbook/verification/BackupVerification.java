package drillbook.verification;

import drillbook.archive.Archive;
import drillbook.archive.ArchivedBackup;
import drillbook.archive.PartId;
import drillbook.check.Check;
import drillbook.check.Finding;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.format.Address;
import drillbook.format.MerkleRoot;
import drillbook.format.MultisetSum;
import drillbook.format.RecordHasher;
import drillbook.format.Segment;
import drillbook.format.SegmentReader;
import drillbook.index.IndexCursor;
import drillbook.index.IndexFile;
import drillbook.manifest.Manifest;
import drillbook.store.ArtifactReader;
import drillbook.store.ArtifactStore.Stored;
import drillbook.verify.SizeRule;
import drillbook.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Reads every byte that a backup needs, recomputes every record's hash, and compares with what the
 * signed manifest says. What is wrong becomes a finding. One object a verification; one thread.
 */
public final class BackupVerification {
  private static final int MOST_FINDINGS = 5;

  private final Archive archive;
  private final Path scratch;
  private final Progress progress;
  private final List<Check> checks = new ArrayList<>();
  private final List<Finding> warnings = new ArrayList<>();
  private long records;
  private long bytes;

  /** Told how far the verification is. */
  @FunctionalInterface
  public interface Progress {
    /** Takes a sentence without names of records. */
    void step(String sentence);
  }

  /** Looks at the store when asked, not before. */
  public BackupVerification(Archive archive, Path scratch, Progress progress) {
    this.archive = archive;
    this.scratch = scratch;
    this.progress = progress;
  }

  /**
   * Verifies.
   *
   * @param backupId which backup
   * @param sizeDelta how much a size may move
   * @throws DrillbookException NOT_FOUND when there is no such backup, UNAVAILABLE when the store
   *     does not answer; all else is in the report
   */
  public VerifyReport verify(String backupId, SizeRule sizeDelta)
      throws DrillbookException, InterruptedException {
    long start = System.nanoTime();
    ask(backupId, sizeDelta);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new VerifyReport(
        archive.target(), backupId, Verdict.of(checks), checks, warnings, records, bytes, seconds);
  }

  private void ask(String backupId, SizeRule sizeDelta)
      throws DrillbookException, InterruptedException {
    Manifest manifest;
    ArchivedBackup backup;
    try {
      manifest = archive.manifest(backupId);
      checks.add(Check.passed("manifest", backupId, "signed by a trusted key, and canonical"));
    } catch (DrillbookException e) {
      if (e.kind() == FailureKind.NOT_FOUND) {
        // Without a manifest there is no backup: a mistyped id is no finding about one.
        throw e;
      }
      checks.add(failed("manifest", backupId, FindingCode.MANIFEST_NOT_AUTHENTIC, e));
      return;
    }
    try {
      backup = archive.open(backupId);
      for (Stored stored : manifest.recall()) {
        ArtifactReader.prove(archive.store(), stored);
      }
      for (Stored stored : manifest.profile()) {
        ArtifactReader.prove(archive.store(), stored);
      }
      checks.add(
          Check.passed(
              "lists", backupId, "catalog, segment lists, recall set and profile are whole"));
    } catch (DrillbookException e) {
      checks.add(failed("lists", backupId, FindingCode.ARTIFACT_CORRUPT, e));
      return;
    }
    for (Map.Entry<PartId, Manifest.Part> part : backup.parts().entrySet()) {
      verifyPart(backup, part.getKey(), part.getValue());
    }
    SizeDelta.Answer sizes = new SizeDelta(archive, sizeDelta).against(manifest);
    checks.add(sizes.check());
    warnings.addAll(sizes.warnings());
  }

  private void verifyPart(ArchivedBackup backup, PartId part, Manifest.Part stated)
      throws DrillbookException, InterruptedException {
    String subject = backup.manifest().backupId() + " " + part;
    progress.step("reading the index of " + part);
    Map<Long, BitSet> live = new TreeMap<>();
    try (IndexFile index = backup.liveIndex(part, scratchFile())) {
      checks.add(digests(subject, stated, index, live));
      checks.add(segments(backup, part, subject, index, live, stated.count()));
    } catch (DrillbookException e) {
      checks.add(failed("index", subject, FindingCode.ARTIFACT_CORRUPT, e));
    }
  }

  private static Check digests(
      String subject, Manifest.Part stated, IndexFile index, Map<Long, BitSet> live)
      throws DrillbookException, InterruptedException {
    MultisetSum sum = MultisetSum.empty();
    MerkleRoot root = new MerkleRoot();
    try (IndexCursor cursor = index.cursor()) {
      while (cursor.next()) {
        sum.add(cursor.contentHash());
        root.add(cursor.idHash(), cursor.contentHash());
        live.computeIfAbsent(Address.segment(cursor.address()), number -> new BitSet())
            .set(Address.row(cursor.address()));
      }
    }
    boolean same =
        sum.count() == stated.count()
            && sum.hex().equals(stated.sum())
            && root.hex().equals(stated.root());
    return same
        ? Check.passed(
            "index",
            subject,
            stated.count() + " entries, root " + root.hex().substring(0, 16) + "…")
        : Check.failed(
            "index",
            subject,
            sum.count() + " entries instead of " + stated.count(),
            new Finding(
                FindingCode.ARTIFACT_CORRUPT,
                "the index does not add up to the digests in the manifest",
                "Use another backup; report it, since no single changed byte does this."));
  }

  private Check segments(
      ArchivedBackup backup,
      PartId part,
      String subject,
      IndexFile index,
      Map<Long, BitSet> live,
      long expected)
      throws DrillbookException, InterruptedException {
    List<Finding> findings = new ArrayList<>();
    long before = records;
    for (Map.Entry<Long, BitSet> entry : live.entrySet()) {
      progress.step("reading segment " + entry.getKey() + " of " + part);
      try {
        Segment segment = backup.segment(part, entry.getKey());
        prove(backup, part, segment, entry.getValue(), index);
        bytes += segment.bytes();
      } catch (DrillbookException e) {
        findings.add(finding(e, FindingCode.ARTIFACT_CORRUPT));
        if (findings.size() == MOST_FINDINGS) {
          break;
        }
      }
    }
    long proven = records - before;
    if (findings.isEmpty() && proven == expected) {
      return Check.passed(
          "records", subject, proven + " records read, hashed and found in the index");
    }
    if (findings.isEmpty()) {
      findings.add(
          new Finding(
              FindingCode.COUNT_MISMATCH,
              "the segments hold " + proven + " of " + expected + " records",
              "Use another backup."));
    }
    return Check.failed(
        "records",
        subject,
        proven + " of " + expected + " records proven",
        findings.toArray(Finding[]::new));
  }

  private void prove(
      ArchivedBackup backup, PartId part, Segment segment, BitSet live, IndexFile index)
      throws DrillbookException, InterruptedException {
    RecordHasher hasher = new RecordHasher(backup.layout(part));
    byte[] idHash = new byte[RecordHasher.HASH_BYTES];
    byte[] contentHash = new byte[RecordHasher.HASH_BYTES];
    byte[] known = new byte[RecordHasher.HASH_BYTES];
    SegmentReader.read(
        archive.store(),
        segment,
        backup.layout(part),
        (batch, firstRow) -> {
          for (int i = 0; i < batch.size(); i++) {
            int row = firstRow + i;
            if (!live.get(row)) {
              continue;
            }
            hasher.hash(batch, i, idHash, contentHash);
            long position = index.find(idHash);
            if (position >= 0) {
              index.contentHash(position, known);
            }
            if (position < 0
                || index.address(position) != Address.of(segment.number(), row)
                || !Arrays.equals(known, contentHash)) {
              throw new DrillbookException(
                  FailureKind.CORRUPT,
                  "row " + row + " of " + segment.key() + " is not the record that was sealed",
                  "Use another backup.");
            }
            records++;
          }
        });
  }

  private static Check failed(String name, String subject, FindingCode code, DrillbookException e)
      throws DrillbookException {
    return Check.failed(name, subject, "not what was sealed", finding(e, code));
  }

  /** Returns what a failure means for the backup; what says nothing about it is thrown on. */
  private static Finding finding(DrillbookException e, FindingCode corrupt)
      throws DrillbookException {
    String message = e.getMessage();
    String advice = e.hint().isEmpty() ? "Use another backup." : e.hint();
    return switch (e.kind()) {
      case CORRUPT -> new Finding(corrupt, message, advice);
      case NOT_FOUND -> new Finding(FindingCode.ARTIFACT_MISSING, message, advice);
      case UNAVAILABLE,
          UNSUPPORTED,
          CONFIGURATION,
          DENIED,
          CONFLICT,
          INCOMPATIBLE_TARGET,
          SNAPSHOT_LOST,
          EXHAUSTED,
          INTERNAL ->
          throw e;
    };
  }

  private Path scratchFile() throws DrillbookException {
    try {
      Files.createDirectories(scratch);
      return scratch.resolve("verify-" + UUID.randomUUID());
    } catch (IOException e) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "scratch folder " + scratch + " cannot be used: " + e.getMessage(),
          "Name one with the setting 'scratch' that the worker may write to.",
          e);
    }
  }
}
