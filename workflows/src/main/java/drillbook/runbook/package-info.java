/** What is done to a target on the calendar, and the run that does it. */
@NullMarked
package drillbook.runbook;

import org.jspecify.annotations.NullMarked;
