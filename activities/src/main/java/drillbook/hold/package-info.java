/** Holds and labels as they lie in a store. */
@NullMarked
package drillbook.hold;

import org.jspecify.annotations.NullMarked;
