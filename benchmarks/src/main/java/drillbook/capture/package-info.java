/** How fast records become a backup. */
@NullMarked
package drillbook.capture;

import org.jspecify.annotations.NullMarked;
