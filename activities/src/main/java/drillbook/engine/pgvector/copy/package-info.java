/** The server's binary COPY format, and values in it. */
@NullMarked
package drillbook.engine.pgvector.copy;

import org.jspecify.annotations.NullMarked;
