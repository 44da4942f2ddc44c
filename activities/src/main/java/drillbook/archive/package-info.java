/** What lies in the store of a target: its backups, and how one of them is read. */
@NullMarked
package drillbook.archive;

import org.jspecify.annotations.NullMarked;
