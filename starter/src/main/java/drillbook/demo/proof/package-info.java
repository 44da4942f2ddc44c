/** What a demo holds its results against: digests, live records, a planted fault. */
@NullMarked
package drillbook.demo.proof;

import org.jspecify.annotations.NullMarked;
