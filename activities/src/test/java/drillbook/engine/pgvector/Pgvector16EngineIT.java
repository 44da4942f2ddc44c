package drillbook.engine.pgvector;

import drillbook.localserver.LocalPostgres;

/** The contract on PostgreSQL 16 with pgvector 0.8.5. */
class Pgvector16EngineIT extends PgvectorContract {
  @Override
  LocalPostgres.Version version() {
    return LocalPostgres.Version.PG16;
  }
}
