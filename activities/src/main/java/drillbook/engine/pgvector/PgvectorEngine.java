package drillbook.engine.pgvector;

import drillbook.engine.Capability;
import drillbook.engine.Changes;
import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.EngineProfile;
import drillbook.engine.IndexTerms;
import drillbook.engine.NameTerms;
import drillbook.engine.Records;
import drillbook.engine.SparseTerms;
import drillbook.engine.TenantTerms;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.VectorTerms;
import drillbook.engine.VectorTerms.Trait;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.failure.DrillbookException;
import drillbook.record.ElementType;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * PostgreSQL with pgvector. A collection is a table that has a column of a vector type, a vector
 * index, or our comment; its scope is its schema. Plain tables and partitions are collections, a
 * partitioned table is not: its partitions hold its rows.
 *
 * <p>Options: {@code schemas} (comma list), {@code tenant-column}, {@code document-column}, {@code
 * uri-column}, {@code sslmode}, {@code sslrootcert}, {@code maintenance-work-mem} (256MB), {@code
 * parallel-workers} (2); the last two hold while indexes are built.
 *
 * <p>Connections live as long as a call, a capture or a writer.
 */
public final class PgvectorEngine implements Engine {
  /** The word that runbooks know it by. */
  public static final String NAME = "pgvector";

  public static final EngineProfile PROFILE =
      new EngineProfile(
          NAME,
          Set.of(
              Capability.RECORDS,
              Capability.SNAPSHOT_READ,
              Capability.HELD_SNAPSHOT,
              Capability.CHANGES_BY_WATERMARK,
              Capability.TENANTS,
              Capability.BUILT_INDEXES,
              Capability.REPLACE),
          List.of("schema"),
          List.of("public"),
          new NameTerms("[^\\x00]{1,63}", 63, '_', "drill_"),
          TenantTerms.ANY,
          new VectorTerms(
              Set.of(ElementType.F32, ElementType.F16, ElementType.BIT),
              TableDdl.MAX_DIMENSION,
              Set.of(Trait.MANY, Trait.OPEN_DIMENSION),
              SparseTerms.MANY,
              "[^\\x00]{1,63}"),
          // The search width is a session's setting. Source: pgvector 0.8 README, hnsw and ivfflat.
          new IndexTerms(
              Set.of(Metric.values()),
              Map.of(IndexTerms.NEIGHBOURS, "m", IndexTerms.BUILD_WIDTH, "ef_construction"),
              Set.of(),
              Map.of(ElementType.F32, 2_000, ElementType.F16, 4_000, ElementType.BIT, 64_000)),
          Set.of("text", "integer", "uuid", "bytes", TableShape.Mapping.MIXED_IDS),
          TableShape::own);

  private final ServerOptions options;
  private final InstantSource clock;

  /**
   * Creates an adapter; does no I/O.
   *
   * @param clock beside the server's, for the age of a capture
   * @throws DrillbookException CONFIGURATION when the address or an option is not understood
   */
  public PgvectorEngine(EngineAddress address, InstantSource clock) throws DrillbookException {
    this.options = ServerOptions.of(address);
    this.clock = clock;
  }

  @Override
  public EngineProfile profile() {
    return PROFILE;
  }

  @Override
  public Control control() {
    return new PgvectorControl(options);
  }

  @Override
  public Records records() {
    return new PgvectorRecords(options, clock, PgvectorRecords.RANGE_BYTES);
  }

  @Override
  public Changes changes() {
    return new PgvectorChanges(
        options, new PgvectorRecords(options, clock, PgvectorRecords.RANGE_BYTES));
  }

  @Override
  public void close() {
    // Connections are closed by the calls, captures and writers that opened them.
  }
}
