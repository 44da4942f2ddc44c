/** Nearest neighbours among the records of a backup, which is not restored for it. */
@NullMarked
package drillbook.search;

import org.jspecify.annotations.NullMarked;
