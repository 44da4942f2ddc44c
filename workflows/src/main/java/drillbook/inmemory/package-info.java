/** What Temporal's service in memory needs beside it. Its users are the starter and tests. */
@NullMarked
package drillbook.inmemory;

import org.jspecify.annotations.NullMarked;
