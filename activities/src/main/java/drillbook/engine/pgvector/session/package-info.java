/** Connections: how they are opened, watched, interrupted, and what their failures mean. */
@NullMarked
package drillbook.engine.pgvector.session;

import org.jspecify.annotations.NullMarked;
