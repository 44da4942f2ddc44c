/** What differs between two backups of a target: records, and what holds them. */
@NullMarked
package drillbook.difference;

import org.jspecify.annotations.NullMarked;
