/** What lists of workflows are searched by. */
@NullMarked
package drillbook.visibility;

import org.jspecify.annotations.NullMarked;
