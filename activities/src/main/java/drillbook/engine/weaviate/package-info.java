/** Weaviate over its REST API and its GraphQL endpoint. */
@NullMarked
package drillbook.engine.weaviate;

import org.jspecify.annotations.NullMarked;
