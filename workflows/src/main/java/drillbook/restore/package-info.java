/** Restores: what is asked, the procedure, what comes back. */
@NullMarked
package drillbook.restore;

import org.jspecify.annotations.NullMarked;
