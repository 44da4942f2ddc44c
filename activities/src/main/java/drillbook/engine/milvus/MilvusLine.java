package drillbook.engine.milvus;

import drillbook.engine.Capability;
import drillbook.engine.EngineProfile;
import drillbook.engine.IndexTerms;
import drillbook.engine.NameTerms;
import drillbook.engine.SparseTerms;
import drillbook.engine.TenantTerms;
import drillbook.engine.VectorIndex.Metric;
import drillbook.engine.VectorTerms;
import drillbook.engine.VectorTerms.Trait;
import drillbook.record.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of Milvus servers that hold the same things. A server before 2.4 takes a collection with
 * vectors that it does not know, or fields that may be null, without a word; so the line has to be
 * known before anything is written.
 */
enum MilvusLine {
  /** Milvus 2.3: one dense vector a record. */
  V2_3("2.3", Set.of(ElementType.F32, ElementType.BIT), false, SparseTerms.NONE, true),
  /** Milvus 2.4 and newer: several vectors a record. */
  CURRENT(
      "2.4",
      Set.of(ElementType.F32, ElementType.F16, ElementType.BF16, ElementType.BIT),
      true,
      SparseTerms.MANY,
      true),
  /** Milvus Lite 3: ids are one a collection, whatever the partition. */
  LITE("lite", Set.of(ElementType.F32), true, SparseTerms.MANY, false);

  /** Source: Milvus's words of refusal, and its limits page; read 2026-11. */
  private static final int MAX_DIMENSION = 32_768;

  private static final String IDENTIFIER = "[a-zA-Z_][a-zA-Z0-9_]{0,254}";

  private final String word;

  /** A record of immutable copies, which Error Prone cannot see. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final EngineProfile profile;

  MilvusLine(
      String word, Set<ElementType> types, boolean many, SparseTerms sparse, boolean tenants) {
    this.word = word;
    Stream<Capability> always =
        Stream.of(
            Capability.RECORDS, Capability.ALIASES, Capability.BUILT_INDEXES, Capability.REPLACE);
    Stream<Capability> partitions = tenants ? Stream.of(Capability.TENANTS) : Stream.empty();
    this.profile =
        new EngineProfile(
            MilvusEngine.NAME,
            Stream.concat(always, partitions).collect(Collectors.toSet()),
            List.of("database"),
            List.of("default"),
            new NameTerms(IDENTIFIER, 255, '_', "drill_"),
            tenants ? new TenantTerms(IDENTIFIER, true) : TenantTerms.NONE,
            new VectorTerms(
                types, MAX_DIMENSION, many ? Set.of(Trait.MANY) : Set.of(), sparse, IDENTIFIER),
            new IndexTerms(
                types.contains(ElementType.BIT)
                    ? Set.of(
                        Metric.COSINE,
                        Metric.EUCLIDEAN,
                        Metric.INNER_PRODUCT,
                        Metric.HAMMING,
                        Metric.JACCARD)
                    : Set.of(Metric.COSINE, Metric.EUCLIDEAN, Metric.INNER_PRODUCT),
                Map.of(IndexTerms.NEIGHBOURS, "M", IndexTerms.BUILD_WIDTH, "efConstruction"),
                Set.of("mmap.enabled"),
                Map.of()),
            Set.of("text", "integer"),
            MilvusSchema::own);
  }

  /** Returns the line that an address's option names; empty where there is none of that name. */
  static Optional<MilvusLine> ofWord(String word) {
    return Arrays.stream(values()).filter(line -> line.word.equals(word)).findFirst();
  }

  /** Returns the line that a server's version belongs to. */
  static MilvusLine ofVersion(String version) {
    if (version.startsWith("milvus_lite")) {
      return LITE;
    }
    return version.matches("v?2\\.[0-3](\\D.*)?") ? V2_3 : CURRENT;
  }

  /** Returns the word of the option {@code line}. */
  String word() {
    return word;
  }

  /** Returns what the adapter declares for this line. */
  EngineProfile profile() {
    return profile;
  }

  /**
   * Tells whether a collection is loaded only with an index of every vector. Milvus Lite asks for
   * none, and calls an index by its field, whatever it was to be called.
   */
  boolean needsIndexes() {
    return this != LITE;
  }

  /** Tells whether a query has to ask for the order of primary keys, which 2.3 always keeps. */
  boolean ordersOnRequest() {
    return this != V2_3;
  }
}
