/** The record model: columns of ids, vectors, sparse vectors, payloads and documents. */
@NullMarked
package drillbook.record;

import org.jspecify.annotations.NullMarked;
