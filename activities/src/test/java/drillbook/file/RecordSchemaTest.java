package drillbook.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import drillbook.export.RecordSchema;
import drillbook.format.TestingRecords;
import drillbook.record.RecordBatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The JSON Schema beside exported lines takes what is written, and little else. */
class RecordSchemaTest {
  @Test
  void every_line_is_what_the_schema_says() throws Exception {
    Schema schema = schema();
    RecordBatch batch = TestingRecords.random(TestingRecords.EVERYTHING, 5, 200);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (RecordLinesWriter writer = new RecordLinesWriter(batch.layout(), "acme", out)) {
      writer.write(batch);
    }
    int lines = 0;
    for (String line : out.toString(StandardCharsets.UTF_8).split("\n", -1)) {
      if (!line.isEmpty()) {
        assertThat(schema.validate(tree(line))).as(line).isEmpty();
        lines++;
      }
    }
    assertThat(lines).isEqualTo(200);
  }

  @Test
  void what_is_no_record_is_refused() throws Exception {
    for (String line :
        new String[] {
          "{}",
          "{\"id\":1.5}",
          "{\"id\":\"a\",\"value\":[1]}",
          "{\"id\":\"a\",\"values\":[true]}",
          "{\"id\":\"a\",\"sparse_values\":{\"indices\":[-1],\"values\":[1]}}",
          "{\"id\":\"a\",\"metadata\":[1]}"
        }) {
      assertThat(schema().validate(tree(line))).as(line).isNotEmpty();
    }
  }

  private static Schema schema() throws Exception {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(tree(new String(RecordSchema.bytes(), StandardCharsets.UTF_8)));
  }

  private static JsonNode tree(String json) throws Exception {
    return new ObjectMapper().readTree(json);
  }
}
