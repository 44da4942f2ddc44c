/** Work for people, filed once and closed when its reason is gone. */
@NullMarked
package drillbook.ticket;

import org.jspecify.annotations.NullMarked;
