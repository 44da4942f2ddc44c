/** Targets: live engines, what of them is backed up, and where to. */
@NullMarked
package drillbook.target;

import org.jspecify.annotations.NullMarked;
