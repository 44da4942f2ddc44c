package drillbook.engine.pgvector;

import drillbook.engine.CollectionName;
import drillbook.engine.pgvector.session.Session;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Puts a table in the place of another, in one transaction: names of table and indexes, owner,
 * grants. What hangs on the live table itself and not on its name would stay with it without a
 * word, so that a table with such things is refused.
 */
final class Cutover {
  private static final String DEPENDENTS =
      """
      SELECT 'foreign key ' || conname || ' of ' || conrelid::regclass FROM pg_constraint
        WHERE contype = 'f' AND (confrelid = $1 OR conrelid = $1)
      UNION ALL SELECT DISTINCT 'view ' || r.ev_class::regclass FROM pg_depend d
        JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = $1 AND r.ev_class <> $1
      UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgrelid = $1 AND NOT tgisinternal
      UNION ALL SELECT 'policy ' || polname FROM pg_policy WHERE polrelid = $1
      UNION ALL SELECT 'publication ' || p.pubname FROM pg_publication_rel r
        JOIN pg_publication p ON p.oid = r.prpubid WHERE r.prrelid = $1
      UNION ALL SELECT 'parent ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = $1
      UNION ALL SELECT 'child ' || inhrelid::regclass FROM pg_inherits WHERE inhparent = $1
      """;

  private static final String GRANTS =
      """
      SELECT a.privilege_type, CASE WHEN a.grantee = 0 THEN 'PUBLIC'
        ELSE quote_ident(pg_get_userbyid(a.grantee)) END, a.is_grantable
      FROM pg_class c CROSS JOIN aclexplode(c.relacl) a
      WHERE c.oid = ?::oid AND a.grantee <> c.relowner
      """;

  private static final String OWNER =
      "SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = ?::oid";

  private final Catalog catalog;
  private final Session session;
  private final CollectionName live;

  Cutover(Catalog catalog, Session session, CollectionName live) {
    this.catalog = catalog;
    this.session = session;
    this.live = live;
  }

  /**
   * Puts a replacement in the live table's place, which is named {@code aside} afterwards.
   *
   * @throws DrillbookException CONFLICT where something hangs on the live table itself
   */
  void put(CollectionName replacement, CollectionName aside)
      throws SQLException, DrillbookException {
    Catalog.Table before = catalog.table(session, live);
    Catalog.Table after = catalog.table(session, replacement);
    List<String> dependents =
        session.query(DEPENDENTS.replace("$1", before.oid()), row -> row.getString(1));
    if (!dependents.isEmpty()) {
      throw new DrillbookException(
          FailureKind.CONFLICT,
          "could not put "
              + replacement
              + " in the place of "
              + live
              + ": these would stay with the table that is replaced: "
              + String.join(", ", dependents),
          "Restore beside it and move them, or drop and create them again around the change.");
    }
    session.execute(rename("TABLE", live.name(), aside.name()));
    session.execute(rename("TABLE", replacement.name(), live.name()));
    exchangeIndexNames(before, after, aside);
    String table = TableDdl.qualified(live);
    for (String grant :
        session.query(
            GRANTS,
            row ->
                "GRANT "
                    + row.getString(1)
                    + " ON "
                    + table
                    + " TO "
                    + row.getString(2)
                    + (row.getBoolean(3) ? " WITH GRANT OPTION" : ""),
            before.oid())) {
      session.execute(grant);
    }
    String owner = session.queryOne(OWNER, row -> row.getString(1), before.oid());
    if (!owner.equals(session.queryOne(OWNER, row -> row.getString(1), after.oid()))) {
      session.execute("ALTER TABLE " + table + " OWNER TO " + owner);
    }
  }

  /** Statements of applications name indexes and constraints, {@code ON CONFLICT} for one. */
  private void exchangeIndexNames(Catalog.Table before, Catalog.Table after, CollectionName aside)
      throws SQLException {
    List<Catalog.Index> free = new ArrayList<>(after.indexes());
    for (Catalog.Index old : before.indexes()) {
      for (Catalog.Index candidate : free) {
        boolean same =
            old.primary() == candidate.primary()
                && old.vector().equals(candidate.vector())
                && (old.vector().isPresent() || old.definition().equals(candidate.definition()));
        if (same) {
          String ending = "_" + old.name().hashCode() + "_idx";
          String parked = TableDdl.shorten(aside.name(), 63 - ending.length()) + ending;
          session.execute(rename("INDEX", old.name(), parked));
          session.execute(rename("INDEX", candidate.name(), old.name()));
          free.remove(candidate);
          break;
        }
      }
    }
  }

  private String rename(String what, String from, String to) {
    return "ALTER "
        + what
        + " "
        + TableDdl.qualified(live.named(from))
        + " RENAME TO "
        + TableDdl.quote(to);
  }
}
