package drillbook.engine;

import drillbook.engine.chroma.ChromaEngine;
import drillbook.engine.milvus.MilvusEngine;
import drillbook.engine.pgvector.PgvectorEngine;
import drillbook.engine.pinecone.PineconeEngine;
import drillbook.engine.qdrant.QdrantEngine;
import drillbook.engine.weaviate.WeaviateEngine;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The engines that Drillbook speaks to: one line each. */
public final class Engines {
  private static final Map<String, Registration> ALL =
      Stream.of(
              new Registration(ChromaEngine.PROFILE, ChromaEngine::new),
              new Registration(MilvusEngine.PROFILE, MilvusEngine::new),
              new Registration(PgvectorEngine.PROFILE, PgvectorEngine::new),
              new Registration(PineconeEngine.PROFILE, PineconeEngine::new),
              new Registration(QdrantEngine.PROFILE, QdrantEngine::new),
              new Registration(WeaviateEngine.PROFILE, WeaviateEngine::new))
          .collect(
              Collectors.toMap(
                  engine -> engine.profile().name(),
                  Function.identity(),
                  (one, other) -> one,
                  TreeMap::new));

  private Engines() {}

  /** Makes an adapter, without I/O. */
  @FunctionalInterface
  private interface Opener {
    Engine open(EngineAddress address, InstantSource clock) throws DrillbookException;
  }

  private record Registration(EngineProfile profile, Opener opener) {}

  /** Returns the words of all engines, sorted, as a sentence lists them. */
  public static String words() {
    return String.join(", ", ALL.keySet());
  }

  /**
   * Returns an adapter to a live engine, without asking it.
   *
   * @throws DrillbookException CONFIGURATION when the engine or one of the options is unknown
   */
  public static Engine open(EngineAddress address, InstantSource clock) throws DrillbookException {
    return registration(address.engine()).opener().open(address, clock);
  }

  /**
   * Returns what an engine is.
   *
   * @throws DrillbookException CONFIGURATION when it is unknown
   */
  public static EngineProfile profile(String engine) throws DrillbookException {
    return registration(engine).profile();
  }

  private static Registration registration(String engine) throws DrillbookException {
    Registration registration = ALL.get(engine);
    if (registration == null) {
      throw new DrillbookException(
          FailureKind.CONFIGURATION,
          "engine '" + engine + "' is unknown",
          "Known engines: " + words() + ".");
    }
    return registration;
  }
}
