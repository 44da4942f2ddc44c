/** Runbooks as Temporal Schedules: what is wanted, what is there, and what to do about it. */
@NullMarked
package drillbook.schedule;

import org.jspecify.annotations.NullMarked;
