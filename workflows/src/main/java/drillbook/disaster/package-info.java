/** Disaster drills: the primary is lost, the target comes up elsewhere, and goes back. */
@NullMarked
package drillbook.disaster;

import org.jspecify.annotations.NullMarked;
