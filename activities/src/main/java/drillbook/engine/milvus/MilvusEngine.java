package drillbook.engine.milvus;

import drillbook.engine.Control;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.EngineProfile;
import drillbook.engine.Records;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Milvus over gRPC. A collection's scope is its database; partitions are tenants, the default one
 * is the tenant without a name.
 *
 * <p>What to know of it:
 *
 * <ul>
 *   <li>There is no snapshot: a capture pages by primary key, so that records that were there
 *       before and after are read whatever happens meanwhile.
 *   <li>Only a loaded collection can be read, counted and searched. What is not loaded is loaded
 *       for that, with a flat index where it has none, and released when the adapter is closed; see
 *       {@link MilvusLoads}.
 *   <li>Numbers that Milvus keeps of a collection count flushed rows and ignore deletes; records
 *       are counted by {@code count(*)} with strong consistency.
 *   <li>Payload that a field or the dynamic field cannot hold, long or foreign, goes into a field
 *       of Drillbook's own, {@code _drillbook}, in parts; see {@link MilvusSchema}.
 * </ul>
 *
 * <p>Options: {@code line}, the server's line: {@code 2.4} (default, and newer), {@code 2.3} or
 * {@code lite}. The url is {@code http://host:19530}, with {@code https} for TLS. The credential is
 * {@code user:password}, or a token.
 */
public final class MilvusEngine implements Engine {
  static final String NAME = "milvus";

  /** What the newest line is; an adapter's own follows its option {@code line}. */
  public static final EngineProfile PROFILE = MilvusLine.CURRENT.profile();

  private static final String LINE = "line";

  private final MilvusLine line;
  private final MilvusRpc rpc;
  private final MilvusLoads loads;
  private final MilvusControl control;
  private final MilvusRecords records;

  /**
   * Creates an adapter; does no I/O.
   *
   * @throws DrillbookException CONFIGURATION for an option or url that is none of Milvus's
   */
  public MilvusEngine(EngineAddress address, InstantSource clock) throws DrillbookException {
    for (String option : new TreeSet<>(address.options().keySet())) {
      if (!option.equals(LINE)) {
        throw new DrillbookException(
            FailureKind.CONFIGURATION,
            "milvus has no option '" + option + "'",
            "The only option is '" + LINE + "'.");
      }
    }
    String word = address.options().getOrDefault(LINE, MilvusLine.CURRENT.word());
    this.line =
        MilvusLine.ofWord(word)
            .orElseThrow(() ->
                new DrillbookException(
                    FailureKind.CONFIGURATION,
                    "milvus has no line '" + word + "'",
                    "The lines are "
                        + Arrays.stream(MilvusLine.values())
                            .map(MilvusLine::word)
                            .collect(Collectors.joining(", "))
                        + "."));
    this.rpc = new MilvusRpc(address.url(), address.credential());
    MilvusCatalog catalog = new MilvusCatalog(rpc);
    this.loads = new MilvusLoads(rpc, catalog);
    this.control = new MilvusControl(rpc, catalog, loads, line);
    this.records = new MilvusRecords(rpc, catalog, loads, line, clock);
  }

  @Override
  public EngineProfile profile() {
    return line.profile();
  }

  @Override
  public Control control() {
    return control;
  }

  @Override
  public Records records() {
    return records;
  }

  /** Releases what was loaded for this adapter, then the connection. */
  @Override
  public void close() {
    loads.close();
    rpc.close();
  }
}
