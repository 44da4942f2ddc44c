/** Another region: replicas of backups, and instances that are brought up there. */
@NullMarked
package drillbook.region;

import org.jspecify.annotations.NullMarked;
