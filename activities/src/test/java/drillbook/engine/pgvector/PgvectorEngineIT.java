package drillbook.engine.pgvector;

import drillbook.localserver.LocalPostgres;

/** The contract on PostgreSQL 18 with pgvector 0.8.5. */
class PgvectorEngineIT extends PgvectorContract {
  @Override
  LocalPostgres.Version version() {
    return LocalPostgres.Version.PG18;
  }
}
