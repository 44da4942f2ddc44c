package drillbook.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import drillbook.engine.Capability;
import drillbook.engine.CollectionName;
import drillbook.engine.CollectionSchema;
import drillbook.engine.EngineProfile;
import drillbook.engine.Engines;
import drillbook.engine.IndexTerms;
import drillbook.engine.NameTerms;
import drillbook.engine.OwnTerms;
import drillbook.engine.SparseTerms;
import drillbook.engine.TenantTerms;
import drillbook.engine.VectorIndex;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.VectorTerms;
import drillbook.engine.VectorTerms.Trait;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.record.ElementType;
import drillbook.record.RecordLayout;
import drillbook.record.SparseField;
import drillbook.record.VectorField;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class TranslationTest {
  private static final EngineProfile CHROMA =
      profile(
          "chroma",
          Set.of(Capability.RECORDS),
          Set.of(ElementType.F32),
          4_096,
          false,
          false,
          "[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]");
  private static final EngineProfile PGVECTOR =
      profile(
          "pgvector",
          Set.of(Capability.RECORDS, Capability.BUILT_INDEXES, Capability.REPLACE),
          Set.of(ElementType.F32, ElementType.F16, ElementType.BIT),
          16_000,
          true,
          true,
          "[a-z_][a-z0-9_]{0,62}");
  private static final CollectionName DOCS = name("docs");

  @Test
  void the_same_engine_changes_nothing() throws Exception {
    CollectionSchema source =
        schema(
            layout(dense("a", ElementType.F16, 3), dense("b", ElementType.BIT, 9)),
            new VectorIndex("a", "ivfflat", Metric.COSINE, Map.of("lists", "10")));
    Translation same = Translation.plan(source, from("pgvector"), PGVECTOR, DOCS);
    assertThat(same.identity()).isTrue();
    assertThat(same.schema()).isEqualTo(source);
    assertThat(same.changes()).isEmpty();
    assertThat(same.losses()).isEmpty();
  }

  @Test
  void chroma_to_pgvector_and_back_names_and_unnames_the_vector() throws Exception {
    CollectionSchema source =
        schema(
            layout(dense("", ElementType.F32, 384)),
            hnsw("", Metric.COSINE, Map.of("max_neighbors", "24", "ef_construction", "150")));
    Translation there = Translation.plan(source, from("chroma"), PGVECTOR, DOCS);
    assertThat(there.identity()).isFalse();
    assertThat(there.losses()).isEmpty();
    assertThat(there.schema().layout()).isEqualTo(layout(dense("embedding", ElementType.F32, 384)));
    assertThat(there.schema().indexes())
        .containsExactly(
            hnsw("embedding", Metric.COSINE, Map.of("m", "24", "ef_construction", "150")));
    assertThat(there.changes())
        .extracting(Change::toString)
        .containsExactly(
            "the vector is named 'embedding'", "index of the vector calls max_neighbors m");

    Translation back = Translation.plan(there.schema(), from("pgvector"), CHROMA, DOCS);
    assertThat(back.losses()).isEmpty();
    assertThat(back.schema()).isEqualTo(source);
  }

  @Test
  void the_name_given_to_an_unnamed_vector_is_free() throws Exception {
    CollectionSchema source =
        schema(layout(dense("", ElementType.F32, 3), dense("embedding", ElementType.F32, 3)));
    assertThat(Translation.plan(source, from("qdrant"), PGVECTOR, DOCS).schema().layout().vectors())
        .extracting(VectorField::name)
        .containsExactlyInAnyOrder("embedding_", "embedding");
  }

  @Test
  void narrow_elements_are_widened_where_the_target_lacks_them() throws Exception {
    for (ElementType type :
        List.of(ElementType.F16, ElementType.BF16, ElementType.I8, ElementType.U8)) {
      Translation wider =
          Translation.plan(schema(layout(dense("", type, 3))), from("qdrant"), CHROMA, DOCS);
      assertThat(wider.schema().layout()).isEqualTo(layout(dense("", ElementType.F32, 3)));
      assertThat(wider.losses()).isEmpty();
      assertThat(wider.changes())
          .extracting(Change::what)
          .containsExactly("holds its " + type.word() + " elements as f32");
    }
    Translation kept =
        Translation.plan(
            schema(layout(dense("v", ElementType.F16, 3))), from("qdrant"), PGVECTOR, DOCS);
    assertThat(kept.identity()).isTrue();
  }

  @Test
  void rounding_doubles_is_a_loss() throws Exception {
    Translation rounded =
        Translation.plan(
            schema(layout(dense("", ElementType.F64, 3))), from("other"), CHROMA, DOCS);
    assertThat(rounded.schema().layout()).isEqualTo(layout(dense("", ElementType.F32, 3)));
    assertThat(rounded.losses())
        .extracting(Loss::toString)
        .containsExactly("the vector is rounded to f32: chroma holds no elements of type f64");
  }

  @Test
  void one_vector_of_several_is_kept_where_a_record_has_one() throws Exception {
    CollectionSchema named =
        schema(layout(dense("image", ElementType.F32, 3), dense("text", ElementType.F32, 4)));
    Translation first = Translation.plan(named, from("pgvector"), CHROMA, DOCS);
    assertThat(first.schema().layout()).isEqualTo(layout(dense("", ElementType.F32, 3)));
    assertThat(first.losses())
        .containsExactly(
            new Loss("vector 'text'", "is left out", "chroma holds one vector a record"));

    CollectionSchema unnamed =
        schema(layout(dense("image", ElementType.F32, 3), dense("", ElementType.F32, 4)));
    assertThat(Translation.plan(unnamed, from("qdrant"), CHROMA, DOCS).schema().layout())
        .isEqualTo(layout(dense("", ElementType.F32, 4)));

    CollectionSchema bitsFirst =
        schema(layout(dense("bits", ElementType.BIT, 8), dense("text", ElementType.F32, 4)));
    Translation second = Translation.plan(bitsFirst, from("pgvector"), CHROMA, DOCS);
    assertThat(second.schema().layout()).isEqualTo(layout(dense("", ElementType.F32, 4)));
    assertThat(second.losses())
        .containsExactly(
            new Loss("vector 'bits'", "is left out", "chroma holds no elements of type bit"));
  }

  @Test
  void sparse_vectors_lists_of_vectors_and_aliases_are_losses_where_unknown() throws Exception {
    CollectionSchema source =
        new CollectionSchema(
            DOCS,
            new RecordLayout(
                List.of(
                    dense("", ElementType.F32, 3),
                    new VectorField("many", ElementType.F32, 3, true)),
                List.of(new SparseField("words", ElementType.F32, 0))),
            "text",
            List.of(
                new VectorIndex("words", "inverted", Metric.INNER_PRODUCT, Map.of()),
                hnsw("many", Metric.COSINE, Map.of())),
            List.of(""),
            List.of("live"),
            Map.of());
    Translation plan = Translation.plan(source, from("qdrant"), CHROMA, DOCS);
    assertThat(plan.losses())
        .extracting(Loss::subject)
        .containsExactlyInAnyOrder("vector 'many'", "sparse vector 'words'", "alias 'live'");
    assertThat(plan.schema().indexes()).isEmpty();
    assertThat(plan.schema().aliases()).isEmpty();
  }

  @Test
  void aliases_come_along_with_a_collection_whose_name_had_to_fit_another_grammar()
      throws Exception {
    CollectionSchema source =
        new CollectionSchema(
            DOCS,
            layout(dense("", ElementType.F32, 3)),
            "text",
            List.of(),
            List.of(""),
            List.of("live"),
            Map.of());
    EngineProfile capitals =
        profile(
            "memory",
            Set.of(Capability.ALIASES),
            Set.of(ElementType.F32),
            100,
            true,
            true,
            "[A-Z][_0-9A-Za-z]*");
    CollectionSchema first = Translation.plan(source, from("qdrant"), capitals, DOCS).schema();
    assertThat(first.name().name()).startsWith("Docs_");
    assertThat(first.aliases()).hasSize(1).allMatch(alias -> alias.startsWith("Live_"));
    assertThat(Translation.plan(source, from("qdrant"), capitals, first.name()).schema())
        .as("planned again by the name that it got")
        .isEqualTo(first);
    CollectionName other = first.name().named("Other");
    assertThat(Translation.plan(source, from("qdrant"), capitals, other).schema().aliases())
        .isEmpty();
  }

  @Test
  void what_makes_the_collection_must_be_held_or_the_target_is_refused() {
    refused(FailureKind.INCOMPATIBLE_TARGET, "4097", layout(dense("", ElementType.F32, 4_097)));
    refused(
        FailureKind.INCOMPATIBLE_TARGET,
        "none of its vectors",
        layout(dense("", ElementType.BIT, 8)));
    refused(
        FailureKind.INCOMPATIBLE_TARGET,
        "none of its vectors",
        new RecordLayout(List.of(), List.of(new SparseField("words", ElementType.F32, 0))));
  }

  @Test
  void several_tenants_need_a_target_with_tenants() throws Exception {
    CollectionSchema two = tenants("a", "b");
    failure(
        FailureKind.INCOMPATIBLE_TARGET,
        "2 tenants",
        () -> Translation.plan(two, from("weaviate"), CHROMA, DOCS));
    Translation one = Translation.plan(tenants("a"), from("weaviate"), CHROMA, DOCS);
    assertThat(one.schema().tenants()).containsExactly("");
    assertThat(one.tenant("a")).isEmpty();
    assertThat(one.losses()).isEmpty();
    assertThatThrownBy(() -> one.tenant("b")).isInstanceOf(IllegalArgumentException.class);

    EngineProfile withTenants =
        profile(
            "memory",
            Set.of(Capability.TENANTS, Capability.ALIASES),
            Set.of(ElementType.F32),
            100,
            true,
            true,
            ".+");
    assertThat(Translation.plan(two, from("weaviate"), withTenants, DOCS).tenant("b"))
        .isEqualTo("b");
  }

  @Test
  void index_parameters_that_the_target_does_not_know_are_losses() throws Exception {
    CollectionSchema source =
        schema(
            layout(dense("", ElementType.F32, 3)),
            hnsw("", Metric.EUCLIDEAN, Map.of("max_neighbors", "24", "dimension_guess", "7")));
    Translation plan = Translation.plan(source, from("chroma"), PGVECTOR, DOCS);
    assertThat(plan.losses())
        .extracting(Loss::what)
        .containsExactly("has no parameter dimension_guess = 7");
    assertThat(plan.schema().indexes())
        .containsExactly(hnsw("embedding", Metric.EUCLIDEAN, Map.of("m", "24")));
  }

  @Test
  void parameters_of_how_a_server_works_are_declared_and_no_loss() throws Exception {
    CollectionSchema source =
        schema(
            layout(dense("", ElementType.F32, 3)),
            hnsw("", Metric.EUCLIDEAN, Map.of("ef_search", "200", "sync_threshold", "500")));
    Translation plan = Translation.plan(source, from("chroma"), PGVECTOR, DOCS);
    assertThat(plan.losses()).isEmpty();
    assertThat(plan.changes())
        .extracting(Change::what)
        .contains(
            "leaves ef_search to the target's settings",
            "leaves sync_threshold to the target's settings");
    assertThat(plan.schema().indexes())
        .containsExactly(hnsw("embedding", Metric.EUCLIDEAN, Map.of()));
  }

  @Test
  void a_metric_or_dimension_that_is_not_indexed_loses_the_index_not_the_vectors()
      throws Exception {
    CollectionSchema manhattan =
        schema(layout(dense("v", ElementType.F32, 3)), hnsw("v", Metric.MANHATTAN, Map.of()));
    Translation plan = Translation.plan(manhattan, from("pgvector"), CHROMA, DOCS);
    assertThat(plan.schema().indexes()).isEmpty();
    assertThat(plan.losses())
        .extracting(Loss::reason)
        .containsExactly("chroma does not search f32 vectors by MANHATTAN");

    CollectionSchema large =
        schema(layout(dense("", ElementType.F32, 3_072)), hnsw("", Metric.COSINE, Map.of()));
    Translation unindexed = Translation.plan(large, from("chroma"), PGVECTOR, DOCS);
    assertThat(unindexed.schema().layout())
        .isEqualTo(layout(dense("embedding", ElementType.F32, 3_072)));
    assertThat(unindexed.losses())
        .extracting(Loss::reason)
        .containsExactly("pgvector indexes no f32 of 3072");
  }

  @Test
  void another_kind_of_index_becomes_hnsw_and_flat_becomes_none() throws Exception {
    CollectionSchema lists =
        schema(
            layout(dense("v", ElementType.F32, 3)),
            new VectorIndex("v", "ivfflat", Metric.COSINE, Map.of("lists", "10")));
    Translation plan = Translation.plan(lists, from("pgvector"), CHROMA, DOCS);
    assertThat(plan.schema().indexes()).containsExactly(hnsw("", Metric.COSINE, Map.of()));
    assertThat(plan.losses()).extracting(Loss::what).containsExactly("becomes hnsw");

    CollectionSchema flat =
        schema(
            layout(dense("v", ElementType.F32, 3)),
            new VectorIndex("v", "flat", Metric.COSINE, Map.of()));
    Translation exact = Translation.plan(flat, from("weaviate"), PGVECTOR, DOCS);
    assertThat(exact.losses()).isEmpty();
    assertThat(exact.schema().indexes()).isEmpty();
  }

  @Test
  void names_that_do_not_fit_get_one_that_does_the_same_each_time() throws Exception {
    CollectionSchema source = schema(layout(dense("v", ElementType.F32, 3)));
    Translation plan = Translation.plan(source, from("chroma"), PGVECTOR, name("Köln Docs-2026"));
    assertThat(plan.schema().name().name())
        .matches(PGVECTOR.names().grammar())
        .startsWith("k_ln_docs_2026_")
        .isEqualTo(
            Translation.plan(source, from("chroma"), PGVECTOR, name("Köln Docs-2026"))
                .schema()
                .name()
                .name())
        .isNotEqualTo(
            Translation.plan(source, from("chroma"), PGVECTOR, name("Köln Docs_2026"))
                .schema()
                .name()
                .name());
    assertThat(plan.changes()).hasSize(1);
  }

  @Test
  void names_are_found_in_the_grammars_of_engines() {
    String longName = "9 " + "very long ".repeat(50);
    for (String grammar :
        List.of(
            "[a-z_][a-z0-9_]{0,62}",
            "[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?",
            "[A-Z][_0-9A-Za-z]*",
            "[a-zA-Z_][a-zA-Z0-9_]{0,254}",
            "[a-zA-Z0-9][a-zA-Z0-9._-]{1,510}[a-zA-Z0-9]")) {
      for (String name : List.of("日本語", longName, "_", "a/b", "Ünï")) {
        assertThat(TargetName.in(grammar, name)).as(name).get().asString().matches(grammar);
      }
    }
    assertThat(TargetName.in("[0-9]{3}", "docs")).isEmpty();
  }

  @Test
  void a_target_has_its_own_scopes() {
    CollectionSchema source = schema(layout(dense("v", ElementType.F32, 3)));
    failure(
        FailureKind.CONFIGURATION,
        "other scopes",
        () ->
            Translation.plan(
                source,
                from("chroma"),
                PGVECTOR,
                new CollectionName(List.of("one", "two"), "docs")));
  }

  private static void refused(FailureKind kind, String words, RecordLayout layout) {
    failure(kind, words, () -> Translation.plan(schema(layout), from("other"), CHROMA, DOCS));
  }

  private static void failure(FailureKind kind, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DrillbookException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.getMessage()).contains(words);
              assertThat(e.hint()).isNotEmpty();
            });
  }

  private static CollectionSchema tenants(String... tenants) {
    return new CollectionSchema(
        DOCS,
        layout(dense("", ElementType.F32, 3)),
        "text",
        List.of(),
        List.of(tenants),
        List.of(),
        Map.of());
  }

  private static CollectionSchema schema(RecordLayout layout, VectorIndex... indexes) {
    return new CollectionSchema(
        DOCS, layout, "text", List.of(indexes), List.of(""), List.of(), Map.of("k", "{}"));
  }

  private static RecordLayout layout(VectorField... fields) {
    return new RecordLayout(List.of(fields), List.of());
  }

  private static VectorField dense(String name, ElementType type, int dimension) {
    return new VectorField(name, type, dimension, false);
  }

  private static VectorIndex hnsw(String vector, Metric metric, Map<String, String> parameters) {
    return new VectorIndex(vector, "hnsw", metric, parameters);
  }

  private static CollectionName name(String name) {
    return new CollectionName(List.of("scope"), name);
  }

  private static EngineProfile profile(
      String name,
      Set<Capability> capabilities,
      Set<ElementType> types,
      int maxDimension,
      boolean many,
      boolean sparse,
      String grammar) {
    return new EngineProfile(
        name,
        capabilities,
        List.of("scope"),
        List.of("home"),
        new NameTerms(grammar, 63, '_', "drill-"),
        capabilities.contains(Capability.TENANTS) ? TenantTerms.ANY : TenantTerms.NONE,
        new VectorTerms(
            types,
            maxDimension,
            many ? Set.of(Trait.MANY, Trait.OPEN_DIMENSION) : Set.of(Trait.OPEN_DIMENSION),
            sparse ? SparseTerms.MANY : SparseTerms.NONE,
            "[^\\x00]{1,63}"),
        terms(name),
        Set.of("text"),
        OwnTerms.NONE);
  }

  private static IndexTerms terms(String engine) {
    return switch (engine) {
      case "chroma" -> profileOf("chroma").indexes();
      case "pgvector" -> profileOf("pgvector").indexes();
      default ->
          new IndexTerms(
              Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT),
              Map.of(
                  IndexTerms.NEIGHBOURS, "m",
                  IndexTerms.BUILD_WIDTH, "ef_construction",
                  IndexTerms.SEARCH_WIDTH, "ef_search"),
              Set.of("ef_search"),
              Map.of());
    };
  }

  private static EngineProfile profileOf(String engine) {
    try {
      return Engines.profile(engine);
    } catch (DrillbookException e) {
      throw new AssertionError(e);
    }
  }

  /** An engine to come from. */
  private static EngineProfile from(String engine) {
    return profile(engine, Set.of(), Set.of(ElementType.F32), 4096, true, true, ".+");
  }
}
