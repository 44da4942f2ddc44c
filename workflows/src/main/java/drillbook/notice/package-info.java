/** Messages to people about a run. */
@NullMarked
package drillbook.notice;

import org.jspecify.annotations.NullMarked;
