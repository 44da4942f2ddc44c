/** Holds and labels: what people say of a backup. */
@NullMarked
package drillbook.hold;

import org.jspecify.annotations.NullMarked;
