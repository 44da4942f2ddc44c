/** Files of records into a live target: created when absent, merged when present. */
@NullMarked
package drillbook.intake;

import org.jspecify.annotations.NullMarked;
