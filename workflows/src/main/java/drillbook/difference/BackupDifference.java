package drillbook.difference;

import java.util.List;
import java.util.Objects;

/**
 * How a backup differs from an earlier one. Small enough for Temporal: figures of each part that
 * differs, and a few examples.
 *
 * @param target whose
 * @param before the one backup
 * @param after the other one
 * @param added how many records only the other one has
 * @param removed how many records only the one has
 * @param changed how many records have another content
 * @param parts where records differ, by collection and tenant
 * @param schemas what differs of the collections themselves, one sentence each
 * @param examples some of the records
 */
public record BackupDifference(
    String target,
    String before,
    String after,
    long added,
    long removed,
    long changed,
    List<Part> parts,
    List<String> schemas,
    List<Example> examples) {
  /** Copies the lists. */
  public BackupDifference {
    Objects.requireNonNull(before, "before == null");
    Objects.requireNonNull(after, "after == null");
    parts = List.copyOf(parts);
    schemas = List.copyOf(schemas);
    examples = List.copyOf(examples);
  }

  /** What became of a record. */
  public enum Change {
    /** Only the other backup has it. */
    ADDED,
    /** Only the one backup has it. */
    REMOVED,
    /** Both have it, with another content. */
    CHANGED
  }

  /**
   * One tenant of one collection whose records differ.
   *
   * @param collection the collection's path
   * @param tenant the tenant's name; empty where there are none
   * @param before how many records the one backup has
   * @param after how many records the other one has
   */
  public record Part(
      String collection,
      String tenant,
      long before,
      long after,
      long added,
      long removed,
      long changed) {}

  /**
   * One record that differs.
   *
   * @param collection the collection's path
   * @param tenant the tenant's name; empty where there are none
   * @param change what became of it
   * @param id as a person reads it
   * @param fields of a changed one, what of it differs: {@code vector}, {@code payload}, ...
   */
  public record Example(
      String collection, String tenant, Change change, String id, List<String> fields) {
    /** Copies the fields. */
    public Example {
      fields = List.copyOf(fields);
    }
  }

  /** Returns how many records differ. */
  public long records() {
    return added + removed + changed;
  }

  /** Tells whether both backups hold the same. */
  public boolean same() {
    return records() == 0 && schemas.isEmpty();
  }
}
