/** Whether a live instance and a store have what backups and restores will need. */
@NullMarked
package drillbook.readiness;

import org.jspecify.annotations.NullMarked;
