package drillbook.engine;

import drillbook.secret.SecretReference;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** What the kit asks of engines in memory. */
abstract class MemoryEngineContract extends EngineContract {
  private final MemoryServer server = new MemoryServer();
  private final AtomicInteger names = new AtomicInteger();

  /** Returns the adapter under test. */
  abstract MemoryEngine adapter(MemoryServer server);

  @Override
  protected Engine open() {
    return adapter(server);
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return adapter(server).at(port);
  }

  @Override
  protected CollectionName newName(String hint) {
    List<String> scope = adapter(server).profile().scopeLevels();
    return new CollectionName(scope, hint + "-" + names.incrementAndGet());
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of("m", "24", "ef_construction", "120");
  }

  @Override
  protected int beyondOneRequest() {
    return 6_000;
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    synchronized (server) {
      var records = MemoryEngine.tenant(MemoryEngine.find(server, schema.name()), tenant);
      ids.forEach(id -> records.remove(HexFormat.of().formatHex(id)));
    }
  }

  @Override
  protected Optional<Pending> changeLater(CollectionSchema schema, String tenant, byte[] id) {
    return Optional.of(
        server.writeLater(
                schema.name(),
                tenant,
                SampleRecords.records(schema.layout(), 7000, 1, number -> id))
            ::run);
  }
}
