/** How a run talks with people: what it tells them, and what it waits for. */
@NullMarked
package drillbook.people;

import org.jspecify.annotations.NullMarked;
