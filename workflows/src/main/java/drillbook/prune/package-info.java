/** Prune: which backups are kept, and the procedure that deletes the others. */
@NullMarked
package drillbook.prune;

import org.jspecify.annotations.NullMarked;
