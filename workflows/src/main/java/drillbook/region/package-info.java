/** Another region: the backup's replica there, an instance brought up there, and drills in it. */
@NullMarked
package drillbook.region;

import org.jspecify.annotations.NullMarked;
