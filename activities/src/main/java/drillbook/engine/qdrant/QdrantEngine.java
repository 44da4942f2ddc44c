package drillbook.engine.qdrant;

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
import drillbook.engine.VectorTerms.Trait;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Qdrant over REST: a server of one's own, a cluster, or the Cloud. Collections have no scope.
 *
 * <p>What to know of it:
 *
 * <ul>
 *   <li>There is no snapshot that records are read from: a capture scrolls in the order of ids, so
 *       that records that were there before and after are read whatever happens meanwhile.
 *   <li>Tenants are shard keys on a cluster. On a server alone, which has none, and where there are
 *       very many of them, tenants share the shards and are told apart by payload.
 *   <li>Ids are unsigned integers and UUIDs; others are mapped, and carried by the payload.
 *   <li>Cosine collections divide vectors by their length (see {@link UnitVectors}).
 *   <li>Collections cannot be renamed; an alias is led over instead.
 * </ul>
 *
 * <p>The credential is sent as {@code api-key}. There are no options.
 */
public final class QdrantEngine implements Engine {
  /**
   * Source: Qdrant 1.18, validation of collection names: 1 to 255 characters, without these. The
   * first is narrower than the server's, for the sake of paths and shells.
   */
  static final String NAMES = "(?!\\.{1,2}$)[^<>:\"/\\\\|?*\\x00-\\x1F]{1,255}";

  static final Set<ElementType> ELEMENTS = Set.of(ElementType.F32, ElementType.F16, ElementType.U8);

  /** Source: Qdrant 1.18, validation of vector parameters: 1 to 65536. */
  static final int MAX_DIMENSION = 65_536;

  /** What the engine is. */
  public static final EngineProfile PROFILE =
      new EngineProfile(
          "qdrant",
          Set.of(Capability.RECORDS, Capability.TENANTS, Capability.ALIASES),
          List.of(),
          List.of(),
          // Snapshots add 45 bytes and more to a name, and file systems end at 255.
          new NameTerms(NAMES, 200, '_', "drill-"),
          new TenantTerms("(?s).{1,255}", false),
          new VectorTerms(
              ELEMENTS,
              MAX_DIMENSION,
              Set.of(Trait.MANY, Trait.MULTI, Trait.OPEN_DIMENSION),
              SparseTerms.MANY,
              VectorNames.GRAMMAR),
          new IndexTerms(
              Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT, Metric.MANHATTAN),
              Map.of(IndexTerms.NEIGHBOURS, "m", IndexTerms.BUILD_WIDTH, "ef_construct"),
              Set.of(),
              Map.of()),
          Set.of("integer", "uuid", QdrantSchema.POINT_IDS),
          QdrantSchema::own);

  private final QdrantHttp http;
  private final QdrantControl control;
  private final QdrantRecords records;

  /**
   * Creates an adapter; does no I/O.
   *
   * @throws DrillbookException CONFIGURATION for an option or url that is none of Qdrant's
   */
  public QdrantEngine(EngineAddress address, InstantSource clock) throws DrillbookException {
    for (String option : new TreeSet<>(address.options().keySet())) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "qdrant has no option '" + option + "'",
          "Leave it out: there are no options.");
    }
    this.http = new QdrantHttp(address.url(), address.credential());
    this.control = new QdrantControl(http);
    this.records = new QdrantRecords(http, control, clock);
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
