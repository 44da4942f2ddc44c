package drillbook.engine.qdrant;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import java.util.List;
import java.util.Map;

/** Collections without tenants, under a strict mode that limits pages and batches. */
final class QdrantStrictEngineTest extends QdrantEngineTest {
  @Override
  protected CollectionSchema sampleSchema(CollectionName name) {
    CollectionSchema sample = super.sampleSchema(name);
    return new CollectionSchema(
        sample.name(),
        sample.layout(),
        sample.idType(),
        sample.indexes(),
        List.of(CollectionSchema.NO_TENANT),
        List.of(),
        Map.of(
            "qdrant-strict-mode",
            "{\"enabled\":true,\"max_query_limit\":37,\"upsert_max_batchsize\":41,"
                + "\"unindexed_filtering_retrieve\":false,\"search_allow_exact\":false}"));
  }
}
