package drillbook.demo;

import drillbook.failure.DrillbookException;

/**
 * What the demo fills its databases with.
 *
 * @param passages the 1,200 texts of the source
 * @param queries 25 questions that are no passages; the metadata of each names its topic
 * @param changes 60 texts of a later state of the source: 45 replace a passage of the same id, 15
 *     have new ids
 */
public record DemoCorpus(DemoPassages passages, DemoPassages queries, DemoPassages changes) {
  private static final int PASSAGES = 1200;
  private static final int QUERIES = 25;
  private static final int CHANGES = 60;

  /**
   * Reads and checks the corpus that the product ships; about 2 MB.
   *
   * @throws DrillbookException of kind CORRUPT when a file is missing or damaged
   */
  public static DemoCorpus load() throws DrillbookException {
    return new DemoCorpus(
        DemoPassages.read("passages.jsonl", "embeddings.f32", PASSAGES),
        DemoPassages.read("queries.jsonl", "queries.f32", QUERIES),
        DemoPassages.read("changes.jsonl", "changes.f32", CHANGES));
  }
}
