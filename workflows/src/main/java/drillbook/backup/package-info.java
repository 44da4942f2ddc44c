/** Backups: what is asked, the procedure, what comes back. */
@NullMarked
package drillbook.backup;

import org.jspecify.annotations.NullMarked;
