/** The Milvus adapter: Milvus 2.3 and newer, and Milvus Lite, over gRPC. */
@NullMarked
package drillbook.engine.milvus;

import org.jspecify.annotations.NullMarked;
