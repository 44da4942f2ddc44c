/** Chroma over its REST API v2, a local server's or the Cloud's. */
@NullMarked
package drillbook.engine.chroma;

import org.jspecify.annotations.NullMarked;
