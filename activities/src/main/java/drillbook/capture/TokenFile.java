package drillbook.capture;

import drillbook.archive.PartId;
import drillbook.engine.CaptureToken;
import drillbook.engine.CaptureToken.Consistency;
import drillbook.engine.CollectionSchema;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.CanonicalJson;
import drillbook.manifest.Catalog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A capture's token as it lies in the store while the run goes on: ranges are read by it in other
 * processes. Schemas stand once, in the catalog.
 *
 * @param engineVersion what the engine said of its version
 * @param snapshot the engine's name of the snapshot
 * @param consistency whether the ranges are one state
 * @param asOf the recovery point
 * @param notesFolder where the adapter's notes lie
 * @param catalog the collections and tenants, with the numbers that the backup uses
 * @param ranges what to read
 */
record TokenFile(
    String engineVersion,
    String snapshot,
    Consistency consistency,
    Instant asOf,
    String notesFolder,
    Catalog catalog,
    List<Range> ranges) {

  /**
   * A range of a part.
   *
   * @param collection the collection's number in the catalog
   * @param tenant the tenant's number
   * @param position the adapter's own description
   * @param changes whether what changed since the parent can be told, and the parent has the part
   */
  record Range(int collection, int tenant, String position, boolean changes) {
    PartId part() {
      return new PartId(collection, tenant);
    }
  }

  TokenFile {
    ranges = List.copyOf(ranges);
  }

  /**
   * Returns a token's file.
   *
   * @param known parts that the parent holds: only of these changes mean something
   */
  static TokenFile of(
      CaptureToken token,
      String engineVersion,
      String notesFolder,
      Catalog catalog,
      Set<PartId> known)
      throws DrillbookException {
    List<Range> ranges = new ArrayList<>();
    for (CaptureToken.Range range : token.ranges()) {
      Catalog.Entry entry = entry(catalog, range.schema());
      int tenant = entry.tenants().indexOf(range.tenant());
      if (tenant < 0) {
        throw new DrillbookException(
            FailureKind.INTERNAL, "a range names a tenant that its schema does not have");
      }
      boolean changes = range.changes() && known.contains(new PartId(entry.number(), tenant));
      ranges.add(new Range(entry.number(), tenant, range.position(), changes));
    }
    return new TokenFile(
        engineVersion,
        token.snapshot(),
        token.consistency(),
        token.asOf(),
        notesFolder,
        catalog,
        ranges);
  }

  /** Returns the adapter's token. */
  CaptureToken token() throws DrillbookException {
    List<CaptureToken.Range> all = new ArrayList<>();
    for (Range range : ranges) {
      all.add(range(range));
    }
    return new CaptureToken(snapshot, consistency, asOf, all);
  }

  /** Returns one of the adapter's ranges. */
  CaptureToken.Range range(Range range) throws DrillbookException {
    Catalog.Entry entry = entry(range.collection());
    return new CaptureToken.Range(
        entry.schema(), entry.tenants().get(range.tenant()), range.position(), range.changes());
  }

  /** Returns the parts that exist now, ordered. Tenants that are gone only keep their number. */
  List<PartId> parts() {
    List<PartId> parts = new ArrayList<>();
    for (Catalog.Entry entry : catalog.collections()) {
      for (String tenant : entry.schema().tenants()) {
        parts.add(new PartId(entry.number(), entry.tenants().indexOf(tenant)));
      }
    }
    parts.sort(PartId::compareTo);
    return parts;
  }

  /** Returns a collection's catalog entry. */
  Catalog.Entry entry(int number) throws DrillbookException {
    return catalog.collections().stream()
        .filter(entry -> entry.number() == number)
        .findFirst()
        .orElseThrow(() ->
            new DrillbookException(
                FailureKind.CORRUPT, "the token names collection " + number + " without entry"));
  }

  byte[] encode() {
    return CanonicalJson.encode(this);
  }

  static TokenFile decode(byte[] json, String key) throws DrillbookException {
    return CanonicalJson.decode(json, TokenFile.class, "token " + key);
  }

  private static Catalog.Entry entry(Catalog catalog, CollectionSchema schema)
      throws DrillbookException {
    return catalog.collections().stream()
        .filter(entry -> entry.schema().name().equals(schema.name()))
        .findFirst()
        .orElseThrow(() ->
            new DrillbookException(
                FailureKind.INTERNAL, "a range names " + schema.name() + ", unasked"));
  }
}
