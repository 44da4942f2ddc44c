package drillbook.translate;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.engine.Engines;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.VectorField;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What only one engine has of a collection is told before another one gets it. */
class OwnTermsTest {
  private static final String MADE_IDS =
      """
      {"autoID":true,"fields":[
        {"name":"id","isPrimaryKey":true,"autoID":true,"dataType":"Int64"},
        {"name":"v","dataType":"FloatVector","typeParams":[{"key":"dim","value":"3"}]}]}\
      """;

  static Stream<Arguments> collections() {
    return Stream.of(
        Arguments.of(
            "qdrant",
            Map.of("qdrant-quantization", "{\"binary\":{}}"),
            "quantization of its vectors is left out: it is qdrant's own"),
        Arguments.of(
            "qdrant",
            Map.of("qdrant-payload-indexes", "{\"city\":\"keyword\"}"),
            "indexes of payload fields kept in the backup only"),
        Arguments.of(
            "milvus",
            Map.of("schema", MADE_IDS),
            "ids that milvus makes (autoID) are kept, and new ones are made by nobody: it is"
                + " milvus's own"),
        Arguments.of(
            "milvus",
            Map.of("settings", "{\"properties\":{\"collection.ttl.seconds\":\"60\"}}"),
            "the time after which records expire is left out: it is milvus's own"),
        Arguments.of(
            "weaviate",
            Map.of("class", "{\"vectorizer\":\"text2vec-openai\",\"vectorIndexType\":\"hnsw\"}"),
            "embedding of texts by text2vec-openai is left out: it is weaviate's own"),
        Arguments.of(
            "weaviate",
            Map.of("tenants", "{\"a\":\"INACTIVE\"}"),
            "tenants that are not active become like the others"),
        Arguments.of(
            "pinecone",
            Map.of("embed", "{\"model\":\"multilingual-e5-large\"}"),
            "embedding of texts by the index is left out: it is pinecone's own"),
        Arguments.of(
            "pinecone",
            Map.of("deletion_protection", "enabled"),
            "protection against deletion kept in the backup only"),
        Arguments.of(
            "chroma",
            Map.of("metadata", "{\"owner\":\"search\"}"),
            "metadata of the collection kept in the backup only"));
  }

  @ParameterizedTest
  @MethodSource("collections")
  void it_is_told_into_another_engine(String engine, Map<String, String> attributes, String words)
      throws Exception {
    assertThat(told(engine, "pgvector", attributes)).contains(words);
    assertThat(told(engine, "pgvector", Map.of())).doesNotContain(words);
    assertThat(told(engine, engine, attributes)).doesNotContain(words);
  }

  @Test
  void ids_that_an_engine_made_are_told_in_the_same_engine_too() throws Exception {
    assertThat(told("milvus", "milvus", Map.of("schema", MADE_IDS)))
        .contains(
            "ids that milvus makes (autoID) are kept; the collection makes no new ones, but in"
                + " Milvus Lite");
  }

  private static List<String> told(String from, String to, Map<String, String> attributes)
      throws Exception {
    EngineProfile target = Engines.profile(to);
    CollectionSchema source =
        new CollectionSchema(
            new CollectionName(Engines.profile(from).defaultScope(), "docs"),
            RecordLayout.dense(
                new VectorField(from.equals("milvus") ? "v" : "", ElementType.F32, 3, false)),
            from.equals("milvus") ? "integer" : "text",
            List.of(
                new VectorIndex(from.equals("milvus") ? "v" : "", "hnsw", Metric.COSINE, Map.of())),
            List.of(""),
            List.of(),
            attributes);
    Translation plan =
        Translation.plan(
            source,
            Engines.profile(from),
            target,
            new CollectionName(target.defaultScope(), "docs"));
    return Stream.concat(plan.losses().stream(), plan.changes().stream())
        .map(Object::toString)
        .toList();
  }
}
