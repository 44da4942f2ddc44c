/** Pinecone, seen through its REST API of version 2025-10. */
@NullMarked
package drillbook.engine.pinecone;

import org.jspecify.annotations.NullMarked;
