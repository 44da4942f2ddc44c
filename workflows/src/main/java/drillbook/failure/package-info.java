/** What can go wrong, and who has to act. */
@NullMarked
package drillbook.failure;

import org.jspecify.annotations.NullMarked;
