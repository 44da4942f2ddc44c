/** PostgreSQL with pgvector: tables as collections, binary COPY both ways, one shared snapshot. */
@NullMarked
package drillbook.engine.pgvector;

import org.jspecify.annotations.NullMarked;
