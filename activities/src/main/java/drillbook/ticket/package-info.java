/** Work for people, in the trackers that they use. */
@NullMarked
package drillbook.ticket;

import org.jspecify.annotations.NullMarked;
