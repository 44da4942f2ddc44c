/** A quarter of a year of a runbook in a minute or two, on simulated engines and stores. */
@NullMarked
package drillbook.demo.calendar;

import org.jspecify.annotations.NullMarked;
