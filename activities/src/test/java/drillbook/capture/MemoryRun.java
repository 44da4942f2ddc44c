package drillbook.capture;

import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.MemoryEngine;
import drillbook.engine.MemoryServer;
import drillbook.engine.VectorIndex;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import drillbook.store.ArtifactStore;
import drillbook.store.MemoryArtifactStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A run on a memory engine of its own. */
public final class MemoryRun extends EngineRun {
  public static final int DIMENSION = 64;
  public static final RecordLayout LAYOUT =
      RecordLayout.dense(new VectorField("", ElementType.F32, DIMENSION, false));

  private final boolean snapshots;
  private final MemoryServer server;

  public MemoryRun(Path folder, ArtifactStore store, boolean snapshots) throws Exception {
    this(folder, store, snapshots, new MemoryServer(), false);
  }

  private MemoryRun(
      Path folder, ArtifactStore store, boolean snapshots, MemoryServer server, boolean telling)
      throws Exception {
    super(
        "docs",
        EngineAddress.of("memory", "memory://here"),
        telling ? MemoryEngine.telling(server) : engine(server, snapshots),
        folder,
        store,
        "");
    this.snapshots = snapshots;
    this.server = server;
  }

  /** Runs on an engine that has no snapshots and tells what changed all the same. */
  public static MemoryRun telling(Path folder) throws Exception {
    return new MemoryRun(folder, new MemoryArtifactStore(), false, new MemoryServer(), true);
  }

  /** Returns what the engine speaks to. */
  public MemoryServer server() {
    return server;
  }

  public MemoryRun(Path folder) throws Exception {
    this(folder, new MemoryArtifactStore(), true);
  }

  private static Engine engine(MemoryServer server, boolean snapshots) {
    return snapshots ? MemoryEngine.rich(server) : MemoryEngine.modest(server);
  }

  public CollectionSchema create(String name, String... tenants) throws Exception {
    return create(
        new CollectionSchema(
            name(name),
            LAYOUT,
            "text",
            List.of(
                new VectorIndex(
                    "",
                    "hnsw",
                    VectorIndex.Metric.COSINE,
                    snapshots ? Map.of("m", "24") : Map.of())),
            tenants.length == 0 ? List.of("") : List.of(tenants),
            List.of(),
            Map.of()));
  }
}
