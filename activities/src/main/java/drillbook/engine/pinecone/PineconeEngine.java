package drillbook.engine.pinecone;

import drillbook.engine.Capability;
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
import drillbook.engine.pinecone.PineconeSchema.Placement;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.pinecone.PineconeVectors;
import drillbook.record.ElementType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Pinecone's serverless indexes over REST, API version 2026-04. A collection is an index, its
 * tenants are namespaces; the unnamed namespace is the tenant ''.
 *
 * <p>What to know of it:
 *
 * <ul>
 *   <li>There is no snapshot: a capture lists the ids once and fetches by id, so that records that
 *       were there before and after are read whatever happens meanwhile.
 *   <li>Reads lag behind writes. What this process wrote is waited for, by log sequence numbers,
 *       before it is counted or captured; the engine's statistics are never asked.
 *   <li>There is no exact search, and nothing is told of how vectors are indexed.
 *   <li>Indexes on pods are refused: their ids cannot be listed.
 *   <li>An index cannot be renamed, and has no aliases.
 * </ul>
 *
 * <p>Options: {@code cloud} and {@code region}, where indexes are created (default: where the index
 * in the backup was; {@code aws} and {@code us-east-1} for those of other engines); {@code
 * api-version}, which version of the API is asked for (default {@code 2026-04}). The credential is
 * the API key.
 */
public final class PineconeEngine implements Engine {
  static final String SCRATCH_PREFIX = "drill-";

  /** Source: Pinecone API 2025-10 and 2026-04, IndexModel.name. */
  static final String NAME_GRAMMAR = "[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?";

  /** Source: Pinecone documentation, identifier limits; the reserved name is the unnamed one's. */
  static final String NAMESPACE_GRAMMAR = "(?!__default__$)[\\x20-\\x7e]{1,512}";

  /** Source: Pinecone API 2025-10 and 2026-04. */
  public static final EngineProfile PROFILE =
      new EngineProfile(
          "pinecone",
          Set.of(Capability.RECORDS, Capability.TENANTS),
          List.of(),
          List.of(),
          new NameTerms(NAME_GRAMMAR, 45, '-', SCRATCH_PREFIX),
          new TenantTerms(NAMESPACE_GRAMMAR, true),
          new VectorTerms(
              Set.of(ElementType.F32),
              PineconeVectors.LARGEST_DIMENSION,
              Set.of(),
              new SparseTerms(1, PineconeSchema.SPARSE, Optional.of(Metric.INNER_PRODUCT)),
              ""),
          new IndexTerms(
              Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT),
              Map.of(),
              Set.of(),
              Map.of()),
          Set.of("text"),
          PineconeSchema::own);

  private static final Set<String> OPTIONS =
      new TreeSet<>(Set.of("api-version", "cloud", "region"));
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration LAG = Duration.ofMinutes(2);

  private final PineconeHttp http;
  private final PineconeControl control;
  private final PineconeRecords records;

  /**
   * Creates an adapter; does no I/O.
   *
   * @throws DrillbookException CONFIGURATION for an option or url that is none of Pinecone's
   */
  public PineconeEngine(EngineAddress address, InstantSource clock) throws DrillbookException {
    this(address, clock, PATIENCE, LAG);
  }

  /**
   * Creates an adapter with bounds of its own.
   *
   * @param patience how long an index may take to be made
   * @param lag how long reads may lag behind writes
   */
  PineconeEngine(EngineAddress address, InstantSource clock, Duration patience, Duration lag)
      throws DrillbookException {
    for (String option : new TreeSet<>(address.options().keySet())) {
      if (!OPTIONS.contains(option)) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "pinecone has no option '" + option + "'",
            "The options are " + OPTIONS + ".");
      }
    }
    Placement placement =
        new Placement(
            Optional.ofNullable(address.options().get("cloud")),
            Optional.ofNullable(address.options().get("region")));
    String version = address.options().get("api-version");
    this.http =
        new PineconeHttp(
            address.url(),
            address.credential(),
            version == null ? PineconeVersion.NEWEST : PineconeVersion.of(version),
            clock);
    this.control = new PineconeControl(http, placement, new Freshness(lag), patience);
    this.records = new PineconeRecords(http, control, clock);
  }

  @Override
  public EngineProfile profile() {
    return PROFILE;
  }

  @Override
  public Control control() {
    return control;
  }

  @Override
  public Records records() {
    return records;
  }

  @Override
  public void close() {
    http.close();
  }
}
