/** What happened to a target: signed entries in a store, each chained to the one before. */
@NullMarked
package drillbook.journal;

import org.jspecify.annotations.NullMarked;
