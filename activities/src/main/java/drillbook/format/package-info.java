/** A backup's bytes: record hashes, digests, and the segments that hold the records. */
@NullMarked
package drillbook.format;

import org.jspecify.annotations.NullMarked;
