package drillbook.engine.pgvector;

import drillbook.engine.CollectionSchema;
import drillbook.localserver.LocalPostgres;
import drillbook.record.RecordId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;

/** Rows of tables that the adapter made, past the adapter. */
public final class TestingRows {
  private TestingRows() {}

  /** Deletes records by their text ids. */
  public static void delete(
      LocalPostgres server, CollectionSchema schema, String tenant, List<byte[]> ids)
      throws Exception {
    String table =
        '"' + String.join("\".\"", schema.name().scope()) + "\".\"" + schema.name().name();
    String where = tenant.isEmpty() ? "" : "tenant = '" + tenant + "' AND ";
    try (Connection connection = server.connect();
        PreparedStatement statement =
            connection.prepareStatement("DELETE FROM " + table + "\" WHERE " + where + "id = ?")) {
      for (byte[] id : ids) {
        statement.setString(1, (String) RecordId.parts(id).getFirst());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
