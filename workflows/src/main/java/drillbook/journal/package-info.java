/** What is written down of runs: the values; the journal itself is among the activities. */
@NullMarked
package drillbook.journal;

import org.jspecify.annotations.NullMarked;
