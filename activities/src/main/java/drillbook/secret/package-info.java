/** Credentials: references everywhere, values only at the moment of a call. */
@NullMarked
package drillbook.secret;

import org.jspecify.annotations.NullMarked;
