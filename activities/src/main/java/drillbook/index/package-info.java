/** The index of a backup: which record lies where, sorted by the hash of its id. */
@NullMarked
package drillbook.index;

import org.jspecify.annotations.NullMarked;
