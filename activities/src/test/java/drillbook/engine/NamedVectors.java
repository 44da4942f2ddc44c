package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.record.RecordBatch;
import drillbook.record.RecordLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A record of two dense vectors, {@code title} of 1 and 2, {@code body} of 3 and 4, in a collection
 * that its user declared past the adapter, in this order: not that of the names, which a layout's
 * columns have. A test of one adapter alone finds a swap at reading, which its writing would undo.
 */
public final class NamedVectors {
  private NamedVectors() {}

  /** Fails unless a collection's one record is read with each vector under its own name. */
  public static void requireNamed(Engine engine, CollectionName name) throws Exception {
    CollectionSchema schema = engine.control().schema(name);
    RecordBatch read = EngineFixture.records(engine, schema);
    assertThat(read.size()).isEqualTo(1);
    RecordLayout layout = read.layout();
    Map<String, List<Float>> values = new LinkedHashMap<>();
    for (String vector : List.of("title", "body")) {
      float[] floats = new float[2];
      read.vectors().get(layout.vector(vector)).get(0, floats);
      values.put(vector, List.of(floats[0], floats[1]));
    }
    assertThat(values).isEqualTo(Map.of("title", List.of(1f, 2f), "body", List.of(3f, 4f)));
  }

  /** Copies a collection, and fails unless both sides have each vector under its own name. */
  public static void requireCopied(Engine engine, CollectionName from, CollectionName into)
      throws Exception {
    requireNamed(engine, from);
    CollectionSchema schema = engine.control().schema(from);
    engine.control().create(schema.named(into));
    EngineFixture.write(
        engine, engine.control().schema(into), "", EngineFixture.records(engine, schema));
    requireNamed(engine, into);
  }
}
