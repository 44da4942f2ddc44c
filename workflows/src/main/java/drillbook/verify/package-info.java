/** Verification: questions to a backup without restoring it. */
@NullMarked
package drillbook.verify;

import org.jspecify.annotations.NullMarked;
