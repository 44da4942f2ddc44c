/** The engine contract: what an adapter promises, and the neutral words it speaks in. */
@NullMarked
package drillbook.engine;

import org.jspecify.annotations.NullMarked;
