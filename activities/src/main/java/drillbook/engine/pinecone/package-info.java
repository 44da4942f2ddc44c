/** Pinecone, seen through its REST API of version 2026-04. */
@NullMarked
package drillbook.engine.pinecone;

import org.jspecify.annotations.NullMarked;
