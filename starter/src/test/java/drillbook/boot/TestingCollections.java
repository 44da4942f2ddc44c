package drillbook.boot;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.Engine;
import drillbook.engine.EngineAddress;
import drillbook.engine.Engines;
import drillbook.engine.RecordWriter;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.localserver.LocalChroma;
import drillbook.localserver.LocalPostgres;
import drillbook.record.ElementType;
import drillbook.record.Payload;
import drillbook.record.RecordBatch;
import drillbook.record.RecordId;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Collections of more than one segment, which holds 64 MiB: small vectors, so that no engine spends
 * its time on an index, and long texts beside them.
 */
final class TestingCollections {
  private static final int DIMENSION = 16;

  private TestingCollections() {}

  /** Makes a Chroma collection. */
  static void chroma(LocalChroma server, String name, int records, int textBytes) throws Exception {
    EngineAddress address = EngineAddress.of("chroma", server.url());
    CollectionSchema schema =
        new CollectionSchema(
            new CollectionName(List.of("default_tenant", "default_database"), name),
            RecordLayout.dense(new VectorField("", ElementType.F32, DIMENSION, false)),
            "text",
            List.of(new VectorIndex("", "hnsw", Metric.EUCLIDEAN, Map.of())),
            List.of(CollectionSchema.NO_TENANT),
            List.of(),
            Map.of());
    Random random = new Random(7);
    try (Engine engine = Engines.open(address, Clock.systemUTC())) {
      engine.control().create(schema);
      CollectionSchema created = engine.control().schema(schema.name());
      try (RecordWriter writer = engine.records().writer(created, CollectionSchema.NO_TENANT)) {
        for (int from = 0; from < records; from += 500) {
          RecordBatch batch = new RecordBatch(created.layout());
          for (int i = from; i < Math.min(records, from + 500); i++) {
            float[] vector = new float[DIMENSION];
            for (int d = 0; d < DIMENSION; d++) {
              vector[d] = random.nextFloat();
            }
            byte[] text = new byte[textBytes / 2];
            random.nextBytes(text);
            batch.ids().add(RecordId.of("r" + i));
            batch.vectors().getFirst().add(vector, 0, DIMENSION);
            batch.payloads().add(Payload.encode(Map.of("text", HexFormat.of().formatHex(text))));
            batch.documents().addAbsent();
            batch.endRecord();
          }
          writer.write(batch);
        }
      }
    }
  }

  /** Makes a table. */
  static void pgvector(LocalPostgres server, String name, int records, int textBytes)
      throws Exception {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE %s (id bigint PRIMARY KEY, body text, embedding vector(%d))"
              .formatted(name, DIMENSION));
      statement.execute(
          """
          INSERT INTO %s
          SELECT i, repeat(md5(i::text), %d),
            (SELECT array_agg(sin(i * d)) FROM generate_series(1, %d) d)::vector
          FROM generate_series(1, %d) i\
          """
              .formatted(name, textBytes / 32, DIMENSION, records));
    }
  }

  /** Returns where a server is for whoever goes there by another url. */
  static EngineAddress pgvector(LocalPostgres server, String url) {
    return new EngineAddress("pgvector", URI.create(url), server.credential(), Map.of());
  }
}
