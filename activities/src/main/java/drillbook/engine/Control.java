package drillbook.engine;

import drillbook.failure.DrillbookException;
import java.util.List;

/** The control face of an engine: what is there, and how it comes and goes. */
public interface Control {
  /**
   * Asks the engine for its version and settings.
   *
   * @throws DrillbookException UNAVAILABLE when it does not answer, DENIED when it refuses the
   *     credential
   */
  Probe probe() throws DrillbookException, InterruptedException;

  /** Returns the names of all collections that the credential sees, sorted by path. */
  List<CollectionName> collections() throws DrillbookException, InterruptedException;

  /**
   * Returns all that is needed to create a collection again.
   *
   * @throws DrillbookException NOT_FOUND when it does not exist; UNSUPPORTED with the reason when
   *     its records cannot be captured (pgvector: a table without a primary key)
   */
  CollectionSchema schema(CollectionName name) throws DrillbookException, InterruptedException;

  /**
   * Returns the exact number of records of a tenant, counted by the engine, never estimated.
   *
   * @param tenant one of the schema's tenants
   */
  long count(CollectionName name, String tenant) throws DrillbookException, InterruptedException;

  /**
   * Creates a collection without records, aliases and built indexes. The schema may come from
   * another engine: attributes that are not this engine's are ignored, missing ones get defaults.
   *
   * @throws DrillbookException CONFLICT when the name exists, be it an alias's;
   *     INCOMPATIBLE_TARGET, before anything is written, when this server cannot hold the schema
   */
  void create(CollectionSchema schema) throws DrillbookException, InterruptedException;

  /**
   * Builds the schema's indexes after the records were written; returns at once where they exist,
   * and does nothing for engines that build while writing.
   */
  void buildIndexes(CollectionSchema schema) throws DrillbookException, InterruptedException;

  /** Returns how far a collection's indexes are, those of the schema all being expected. */
  IndexState indexState(CollectionSchema schema) throws DrillbookException, InterruptedException;

  /**
   * Drops a collection; returns false where it did not exist.
   *
   * @throws DrillbookException CONFLICT when the name is an alias's
   */
  boolean drop(CollectionName name) throws DrillbookException, InterruptedException;

  /**
   * Puts a collection in the place of a live one: afterwards {@code live} names what was {@code
   * replacement}, and what was live is named {@code aside}. Idempotent: where {@code aside} exists
   * and {@code replacement} does not, it has been done.
   *
   * @throws DrillbookException UNSUPPORTED where {@link Capability#REPLACE} is not declared
   */
  void replace(CollectionName live, CollectionName replacement, CollectionName aside)
      throws DrillbookException, InterruptedException;

  /**
   * Returns all aliases that the credential sees, sorted by name, those too whose collection is
   * gone. None without {@link Capability#ALIASES}.
   */
  List<Alias> aliases() throws DrillbookException, InterruptedException;

  /**
   * Points an alias to a collection, in one step where the engine can: one that there is none of
   * yet, or that points elsewhere, or to nothing.
   *
   * @throws DrillbookException UNSUPPORTED where {@link Capability#ALIASES} is not declared;
   *     CONFLICT when a collection has the name; NOT_FOUND when the collection does not exist
   */
  void pointAlias(Alias alias) throws DrillbookException, InterruptedException;

  /**
   * Drops an alias, and never what it points to; returns false where it did not exist.
   *
   * @throws DrillbookException UNSUPPORTED where {@link Capability#ALIASES} is not declared
   */
  boolean dropAlias(CollectionName alias) throws DrillbookException, InterruptedException;

  /**
   * Asks the instance for what a backup and a restore will need: version, rights, modules, quotas,
   * space, topology, and what they would not cover. Changes nothing.
   */
  List<Requirement> requirements() throws DrillbookException, InterruptedException;

  /**
   * Returns up to k nearest records, nearest first.
   *
   * @throws DrillbookException UNSUPPORTED where the collection's own settings let nobody search it
   */
  List<Neighbour> nearest(NearestQuery query) throws DrillbookException, InterruptedException;
}
