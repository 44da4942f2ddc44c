/** Where a person's settings lie, and what they say. */
@NullMarked
package drillbook.setting;

import org.jspecify.annotations.NullMarked;
