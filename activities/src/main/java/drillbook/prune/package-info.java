/** Prune as it touches a store: what lies there, what is needed, what goes. */
@NullMarked
package drillbook.prune;

import org.jspecify.annotations.NullMarked;
