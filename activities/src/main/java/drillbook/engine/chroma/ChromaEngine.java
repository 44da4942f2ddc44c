package drillbook.engine.chroma;

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
import drillbook.record.ElementType;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chroma 1.x over REST v2. A collection's scopes are tenant and database.
 *
 * <p>What to know of it:
 *
 * <ul>
 *   <li>There is no snapshot: a capture lists the ids once and reads by id, so that records that
 *       were there before and after are read whatever happens meanwhile.
 *   <li>There is no exact search: {@link Control#nearest} always goes through the index.
 *   <li>The dimension of a collection is 0 until its first record is written.
 *   <li>A cosine collection hands out what its index makes of a vector, not what was written; the
 *       writer makes up for it (see {@link CosineVectors}).
 * </ul>
 *
 * <p>Options: {@code tenants}, a comma-separated list, since they cannot be listed (default {@code
 * default_tenant}); {@code databases}, a comma-separated list that limits which are looked at
 * (default all); {@code cloud}, whether the quotas of Chroma Cloud hold (default: at its own host).
 * The credential is sent as {@code x-chroma-token}. A folder is refused, see {@link ChromaServer}.
 */
public final class ChromaEngine implements Engine {
  static final String DEFAULT_TENANT = "default_tenant";
  static final String DEFAULT_DATABASE = "default_database";

  /**
   * Source: Chroma 1.5.9, words of its refusals: 3 to 512 characters, no two periods in a row, no
   * IPv4 address. The dimension is bounded by a record's place in a request of 40 MiB; 70,000 was
   * written and read.
   */
  public static final EngineProfile PROFILE =
      new EngineProfile(
          "chroma",
          Set.of(Capability.RECORDS, Capability.REPLACE),
          List.of("tenant", "database"),
          List.of("default_tenant", "default_database"),
          new NameTerms(
              "(?!\\d{1,3}(\\.\\d{1,3}){3}$)(?!.*\\.\\.)[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]",
              512, '_', "drill-"),
          TenantTerms.NONE,
          new VectorTerms(
              Set.of(ElementType.F32), 70_000, Set.of(Trait.OPEN_DIMENSION), SparseTerms.NONE, ""),
          new IndexTerms(
              Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT),
              Map.of(
                  IndexTerms.NEIGHBOURS, "max_neighbors",
                  IndexTerms.BUILD_WIDTH, "ef_construction",
                  IndexTerms.SEARCH_WIDTH, "ef_search"),
              Set.of("ef_search", "sync_threshold", "resize_factor", "batch_size", "num_threads"),
              Map.of()),
          Set.of("text"),
          ChromaSchema::own);

  private final ChromaHttp http;
  private final ChromaControl control;
  private final ChromaRecords records;

  /**
   * Creates an adapter; does no I/O.
   *
   * @throws DrillbookException CONFIGURATION for an option or url that is none of Chroma's
   */
  public ChromaEngine(EngineAddress address, InstantSource clock) throws DrillbookException {
    ChromaServer server = ChromaServer.of(address);
    this.http = new ChromaHttp(address.url(), address.credential());
    this.control = new ChromaControl(http, server, address.credential().isPresent());
    this.records = new ChromaRecords(http, control, clock, server);
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
