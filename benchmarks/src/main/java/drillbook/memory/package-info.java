/** Measures what a whole process needs. */
@NullMarked
package drillbook.memory;

import org.jspecify.annotations.NullMarked;
