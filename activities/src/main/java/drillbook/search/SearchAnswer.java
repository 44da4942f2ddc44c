package drillbook.search;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/**
 * The nearest records of a backup.
 *
 * @param asOf the recovery point that the records show
 * @param vector the name of the vector that was compared
 * @param metric how near was measured, lower-case
 * @param compared how many live records were compared, each of them exactly
 * @param notComparable how many live records were not: without this vector, of another dimension,
 *     or with one that has no distance
 * @param hits nearest first
 */
public record SearchAnswer(
    String target,
    String backup,
    Instant asOf,
    String collection,
    String vector,
    String metric,
    int k,
    long compared,
    long notComparable,
    List<Hit> hits) {
  /** Copies the hits. */
  public SearchAnswer {
    hits = List.copyOf(hits);
  }

  /**
   * A record.
   *
   * @param id as a person reads it
   * @param tenant empty where the collection has no tenants
   * @param distance smaller is nearer: one minus the cosine, the Euclidean distance, the negative
   *     product, the sum of absolute differences, the number of differing elements, or one minus
   *     the share of common ones
   * @param record the record without its vectors, in the form of docs/export.md; its id alone
   *     unless more was asked for
   */
  public record Hit(String id, String tenant, double distance, JsonNode record) {}
}
