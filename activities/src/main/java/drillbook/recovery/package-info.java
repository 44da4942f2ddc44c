/**
 * Recovery: a backup's records brought into an engine, and the questions asked of it afterwards.
 */
@NullMarked
package drillbook.recovery;

import org.jspecify.annotations.NullMarked;
