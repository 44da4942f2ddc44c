/** Backups as compressed JSON lines that any tool can read, and back without a loss. */
@NullMarked
package drillbook.export;

import org.jspecify.annotations.NullMarked;
