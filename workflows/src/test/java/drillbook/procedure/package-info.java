/** What the tests of all procedures stand on. */
@NullMarked
package drillbook.procedure;

import org.jspecify.annotations.NullMarked;
