package drillbook.engine.pgvector;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.EngineContract;
import drillbook.engine.VectorIndex.Metric;
import drillbook.failure.DrillbookException;
import drillbook.localserver.LocalPostgres;
import drillbook.localserver.RealServers;
import drillbook.record.RecordId;
import drillbook.secret.SecretReference;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What the kit asks of PostgreSQL, on the server that a subclass names. */
abstract class PgvectorContract extends EngineContract {
  /** Returns the server's version. */
  abstract LocalPostgres.Version version();

  @Override
  protected Engine open() throws DrillbookException {
    return open(RealServers.postgres(version()), Map.of());
  }

  /** Returns an adapter to a server. */
  static Engine open(LocalPostgres server, Map<String, String> options) throws DrillbookException {
    return new PgvectorEngine(address(server, options), InstantSource.system());
  }

  /** Returns a server's address. */
  static EngineAddress address(LocalPostgres server, Map<String, String> options) {
    return new EngineAddress(
        PgvectorEngine.NAME, URI.create(server.url()), server.credential(), options);
  }

  @Override
  protected Engine openAt(int port, SecretReference credential) throws Exception {
    return new PgvectorEngine(
        new EngineAddress(
            PgvectorEngine.NAME,
            URI.create("postgresql://drillbook@127.0.0.1:" + port + "/drillbook"),
            credential,
            Map.of()),
        InstantSource.system());
  }

  @Override
  protected CollectionName newName(String hint) {
    return new CollectionName(
        List.of("public"), hint + "_" + UUID.randomUUID().toString().substring(0, 8));
  }

  @Override
  protected Map<String, String> indexParameters() {
    return Map.of("m", "12", "ef_construction", "48");
  }

  @Override
  protected Set<Metric> metrics() {
    return Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT, Metric.MANHATTAN);
  }

  @Override
  protected Optional<Pending> changeLater(CollectionSchema schema, String tenant, byte[] id)
      throws Exception {
    Connection connection = RealServers.postgres(version()).connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // Behind a savepoint a row bears the number of a subtransaction, which no snapshot lists.
      statement.execute("SAVEPOINT behind");
      String name = "\"" + schema.name().name() + "\"";
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE " + name + " SET document = 'later' WHERE tenant = ? AND id = ?")) {
        update.setString(1, tenant);
        update.setString(2, (String) RecordId.parts(id).getFirst());
        if (update.executeUpdate() != 1) {
          throw new AssertionError("no record to change");
        }
      }
    }
    return Optional.of(() -> {
      try (connection) {
        connection.commit();
      }
    });
  }

  @Override
  protected void delete(CollectionSchema schema, String tenant, List<byte[]> ids) throws Exception {
    TestingRows.delete(RealServers.postgres(version()), schema, tenant, ids);
  }
}
