/** Records in forms that any tool reads: exports of backups and of live targets. */
@NullMarked
package drillbook.export;

import org.jspecify.annotations.NullMarked;
