/** What becomes of a collection in an engine of another kind: schema, records, and losses. */
@NullMarked
package drillbook.translate;

import org.jspecify.annotations.NullMarked;
