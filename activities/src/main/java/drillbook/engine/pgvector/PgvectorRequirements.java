package drillbook.engine.pgvector;

import drillbook.engine.Requirement;
import drillbook.engine.pgvector.session.ServerOptions;
import drillbook.engine.pgvector.session.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What backups and restores need of a PostgreSQL server. Reads catalogs only. Source: PostgreSQL 18
 * documentation, chapters 5, 9, 20 and 52; observed on 16 and 18.
 */
final class PgvectorRequirements {
  /** Four ranges, the holder of the snapshot, and one that looks. */
  private static final int CONNECTIONS = 6;

  private static final int NAMED = 10;

  /** Tables that may be collections, whether the credential may read them or not. */
  private static final String TABLES =
      """
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
        AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        AND EXISTS (SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
          LEFT JOIN pg_type b ON b.oid = t.typbasetype
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND coalesce(b.typname, t.typname) IN ('vector', 'halfvec', 'sparsevec'))
      """;

  private static final String NAME = "SELECT n.nspname || '/' || c.relname ";

  private final Session session;
  private final ServerOptions options;
  private final List<Requirement> requirements = new ArrayList<>();

  private PgvectorRequirements(Session session, ServerOptions options) {
    this.session = session;
    this.options = options;
  }

  static List<Requirement> ask(
      Session session, ServerOptions options, Optional<String> installed, String available)
      throws SQLException {
    PgvectorRequirements asked = new PgvectorRequirements(session, options);
    asked.versions(installed, available);
    asked.reading();
    asked.writing();
    asked.limits();
    asked.space();
    return asked.requirements;
  }

  private void versions(Optional<String> installed, String available) throws SQLException {
    int server = Integer.parseInt(one("SHOW server_version_num")) / 10_000;
    String words = one("SHOW server_version");
    if (server < 13) {
      missing("PostgreSQL", words, "Upgrade: versions before 13 are not maintained any more.");
    } else if (server == 16 || server == 18) {
      met("PostgreSQL", words);
    } else {
      unknown("PostgreSQL", words, "Drillbook is tested with 16 and 18: drill before you rely.");
    }
    if (installed.isEmpty()) {
      missing(
          "pgvector",
          "not installed in this database; available is " + available,
          "CREATE EXTENSION vector; where none is available, install its package first.");
      return;
    }
    String version = installed.get();
    if (fixed(version)) {
      met("pgvector", version);
    } else {
      missing(
          "pgvector",
          version
              + ": 0.8.2 mended parallel builds of HNSW that overflow a buffer, 0.8.4 a vacuum that"
              + " damages HNSW",
          "Install 0.8.4 or later and run ALTER EXTENSION vector UPDATE; reindex HNSW after it.");
    }
  }

  /** Tells whether a version has the repairs of 0.8.4. Source: pgvector, CHANGELOG. */
  static boolean fixed(String version) {
    String[] words = version.split("\\.", -1);
    int patch = words.length > 2 ? Integer.parseInt(words[2]) : 0;
    return !TableDdl.below(version, 0, 8) && (!(version + ".").startsWith("0.8.") || patch >= 4);
  }

  private void reading() throws SQLException {
    List<String> closed =
        list(
            NAME
                + TABLES
                + " AND NOT (has_schema_privilege(n.oid, 'USAGE')"
                + " AND has_table_privilege(c.oid, 'SELECT'))");
    if (closed.isEmpty()) {
      met("read all tables", "every table with vectors may be read");
    } else {
      missing(
          "read all tables",
          "may not be read: " + some(closed),
          "GRANT USAGE ON SCHEMA and SELECT ON TABLE to " + me() + "; pg_read_all_data has both.");
    }
    List<String> hidden =
        list(NAME + TABLES + " AND c.relrowsecurity AND row_security_active(c.oid)");
    if (hidden.isEmpty()) {
      met("all rows", "no row-level security hides rows from this role");
    } else {
      missing(
          "all rows",
          "row-level security would hide rows of " + some(hidden) + "; a backup refuses them",
          "ALTER ROLE " + me() + " BYPASSRLS, or back up by the tables' owner.");
    }
    List<String> schemas =
        list("SELECT DISTINCT n.nspname " + TABLES).stream()
            .filter(name -> !options.schemas().isEmpty() && !options.schemas().contains(name))
            .toList();
    if (!schemas.isEmpty()) {
      missing(
          "schemas covered",
          "the target's option 'schemas' leaves out " + some(schemas),
          "Add them, or give them a target of their own.");
    }
    partitioned();
  }

  private void partitioned() throws SQLException {
    List<String> foreign = list(NAME + TABLES.replace("('r', 'p')", "('f', 'm')"));
    if (!foreign.isEmpty()) {
      missing(
          "tables only",
          "vectors in foreign tables or materialized views are not captured: " + some(foreign),
          "Back up what they are made from, and make them again after a restore.");
    }
  }

  private void writing() throws SQLException {
    if (bool("SELECT pg_is_in_recovery()")) {
      missing(
          "drills and restores",
          "this is a standby: it can be backed up, and nothing can be written to it",
          "Drill and restore into another target: --target-instance NAME.");
      return;
    }
    List<String> closed =
        list(
            "SELECT DISTINCT n.nspname "
                + TABLES
                + " AND NOT (has_schema_privilege(n.oid, 'USAGE')"
                + " AND has_schema_privilege(n.oid, 'CREATE'))");
    if (closed.isEmpty()) {
      met("drills and restores", "tables can be created beside the live ones");
    } else {
      missing(
          "drills and restores",
          "no table can be created in schema " + some(closed),
          "GRANT CREATE ON SCHEMA to " + me() + ", or drill and restore into another target.");
    }
    List<String> others = list(NAME + TABLES + " AND NOT pg_has_role(c.relowner, 'USAGE')");
    if (others.isEmpty()) {
      met("restore in place", "the live tables can be renamed and dropped");
    } else {
      missing(
          "restore in place",
          "tables of other owners cannot be replaced: " + some(others),
          "Only where in place is wanted: GRANT the owner's role to " + me() + ".");
    }
  }

  private void limits() throws SQLException {
    long free =
        Long.parseLong(
            one(
                "SELECT current_setting('max_connections')::int"
                    + " - current_setting('superuser_reserved_connections')::int"
                    + " - count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"));
    long mine =
        Long.parseLong(
            one(
                "SELECT CASE WHEN rolconnlimit < 0 THEN 1000000 ELSE rolconnlimit END"
                    + " FROM pg_roles WHERE rolname = current_user"));
    if (Math.min(free, mine) >= CONNECTIONS) {
      met("connections", Math.min(free, mine) + " are free, " + CONNECTIONS + " are needed");
    } else {
      missing(
          "connections",
          free + " are free, the role may have " + mine + ", " + CONNECTIONS + " are needed",
          "Raise max_connections or the role's CONNECTION LIMIT, or end idle ones.");
    }
    String threshold =
        one("SELECT coalesce(current_setting('old_snapshot_threshold', true), '-1')");
    if (threshold.equals("-1")) {
      met("snapshot", "one can be held as long as a capture takes");
    } else {
      missing(
          "snapshot",
          "old_snapshot_threshold is " + threshold + ": a longer capture loses its snapshot",
          "Set it to -1, and restart the server.");
    }
    if (bool("SELECT pg_is_in_recovery() AND current_setting('hot_standby_feedback') = 'off'")) {
      missing(
          "standby",
          "hot_standby_feedback is off: the primary's vacuum ends captures that take longer",
          "Turn it on, or raise max_standby_streaming_delay.");
    }
    if (bool(
        "SELECT current_setting('archive_mode') <> 'off' AND EXISTS (SELECT FROM pg_stat_archiver"
            + " WHERE last_failed_time > coalesce(last_archived_time, '-infinity'))")) {
      missing(
          "WAL",
          "the archiver fails: a restore writes WAL that stays until the disk is full",
          "Mend archive_command; see pg_stat_archiver.");
    }
  }

  private void space() throws SQLException {
    String size = one("SELECT pg_size_pretty(pg_database_size(current_database()))");
    String tables =
        one("SELECT pg_size_pretty(coalesce(sum(pg_total_relation_size(c.oid)), 0)) " + TABLES);
    unknown(
        "free space",
        "PostgreSQL does not tell; the database takes " + size + ", tables with vectors " + tables,
        "A drill or restore needs as much again, indexes and WAL included: look at the disk.");
  }

  private String me() throws SQLException {
    return one("SELECT quote_ident(current_user)");
  }

  private String one(String sql) throws SQLException {
    return session.queryOne(sql, row -> row.getString(1));
  }

  private boolean bool(String sql) throws SQLException {
    return session.queryOne(sql, row -> row.getBoolean(1));
  }

  private List<String> list(String sql) throws SQLException {
    return session.query(sql + " ORDER BY 1", row -> row.getString(1));
  }

  private static String some(List<String> words) {
    int more = words.size() - NAMED;
    return String.join(", ", words.subList(0, Math.min(NAMED, words.size())))
        + (more > 0 ? ", and " + more + " more" : "");
  }

  private void met(String subject, String found) {
    requirements.add(Requirement.met(subject, found));
  }

  private void missing(String subject, String found, String advice) {
    requirements.add(Requirement.missing(subject, found, advice));
  }

  private void unknown(String subject, String found, String advice) {
    requirements.add(Requirement.unknown(subject, found, advice));
  }
}
