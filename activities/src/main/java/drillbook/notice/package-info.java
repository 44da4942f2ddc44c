/** Messages to people about a run, on every route. */
@NullMarked
package drillbook.notice;

import org.jspecify.annotations.NullMarked;
