/** Drills: a restore into scratch, checked, timed, compared with its baseline, reported. */
@NullMarked
package drillbook.drill;

import org.jspecify.annotations.NullMarked;
