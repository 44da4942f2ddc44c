/** Questions to a backup or a restored engine, their answers, and the verdict they add up to. */
@NullMarked
package drillbook.check;

import org.jspecify.annotations.NullMarked;
