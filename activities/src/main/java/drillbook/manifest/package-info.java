/** What a backup consists of, and the signature without which it does not count. */
@NullMarked
package drillbook.manifest;

import org.jspecify.annotations.NullMarked;
