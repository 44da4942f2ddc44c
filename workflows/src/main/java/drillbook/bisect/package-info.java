/** Bisection: which backup still restores, which is the first that does not, and what differs. */
@NullMarked
package drillbook.bisect;

import org.jspecify.annotations.NullMarked;
