/** Verification: whether a backup is whole, asked without restoring it. */
@NullMarked
package drillbook.verification;

import org.jspecify.annotations.NullMarked;
