/** How a backup's records moved since the backup before, and when that is worth a look. */
@NullMarked
package drillbook.drift;

import org.jspecify.annotations.NullMarked;
