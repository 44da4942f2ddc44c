/** Looks whether what runbooks promise is still being done, and says so once. */
@NullMarked
package drillbook.watch;

import org.jspecify.annotations.NullMarked;
