/** Qdrant over its REST API, a server's of one's own, a cluster's or the Cloud's. */
@NullMarked
package drillbook.engine.qdrant;

import org.jspecify.annotations.NullMarked;
