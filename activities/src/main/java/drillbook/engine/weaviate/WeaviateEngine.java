package drillbook.engine.weaviate;

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
 * Weaviate 1.x over REST and GraphQL. Classes are in no scope.
 *
 * <p>What to know of it:
 *
 * <ul>
 *   <li>There is no snapshot: a capture reads by cursor in the order of ids, so that objects that
 *       were there before and after are read whatever happens meanwhile.
 *   <li>There is no exact search: {@link Control#nearest} always goes through the index.
 *   <li>The dimension of a vector is 0 until the class has an object with it.
 *   <li>Inactive tenants are activated while they are counted or read; offloaded ones are refused.
 *   <li>Names of classes start with a capital, and so do aliases.
 * </ul>
 *
 * <p>It has no options. The credential is sent as a bearer token: an API key.
 */
public final class WeaviateEngine implements Engine {
  /** Source: Weaviate 1.39.0, entities/schema/validation.go. */
  static final String NAME = "[A-Z][_0-9A-Za-z]{0,254}";

  static final String TENANT_NAME = "[A-Za-z0-9_-]{1,64}";
  static final String VECTOR_NAME = "[_A-Za-z][_0-9A-Za-z]{0,229}";
  static final int MAX_DIMENSION = 65_535;

  /** How its indexes search and write, and nothing of what they find. */
  private static final Set<String> OPERATING =
      Set.of(
          "cleanupIntervalSeconds",
          "dynamicEfFactor",
          "dynamicEfMax",
          "dynamicEfMin",
          "ef",
          "filterStrategy",
          "flatSearchCutoff",
          "multivector.aggregation",
          "multivector.enabled",
          "skip",
          "skipDefaultQuantization",
          "trackDefaultQuantization",
          "vectorCacheMaxObjects");

  /** What is known of Weaviate without asking. */
  public static final EngineProfile PROFILE =
      new EngineProfile(
          "weaviate",
          Set.of(Capability.RECORDS, Capability.TENANTS, Capability.ALIASES),
          List.of(),
          List.of(),
          new NameTerms(NAME, 255, '_', "Drill_"),
          new TenantTerms(TENANT_NAME, false),
          new VectorTerms(
              Set.of(ElementType.F32),
              MAX_DIMENSION,
              Set.of(Trait.MANY, Trait.MULTI, Trait.OPEN_DIMENSION),
              SparseTerms.NONE,
              VECTOR_NAME),
          new IndexTerms(
              Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT, Metric.MANHATTAN),
              Map.of(
                  IndexTerms.NEIGHBOURS, "maxConnections",
                  IndexTerms.BUILD_WIDTH, "efConstruction",
                  IndexTerms.SEARCH_WIDTH, "ef"),
              OPERATING,
              Map.of()),
          Set.of("uuid"),
          WeaviateClass::own);

  private final WeaviateHttp http;
  private final WeaviateControl control;
  private final WeaviateRecords records;

  /**
   * Creates an adapter; does no I/O.
   *
   * @throws DrillbookException CONFIGURATION for an option or url that is none of Weaviate's
   */
  public WeaviateEngine(EngineAddress address, InstantSource clock) throws DrillbookException {
    for (String option : new TreeSet<>(address.options().keySet())) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION, "weaviate has no option '" + option + "'", "It has none.");
    }
    this.http = new WeaviateHttp(address.url(), address.credential());
    this.control = new WeaviateControl(http);
    this.records = new WeaviateRecords(http, control, clock);
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
