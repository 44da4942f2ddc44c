/** Where backups lie: artifacts by key, whole or absent, never overwritten. */
@NullMarked
package drillbook.store;

import org.jspecify.annotations.NullMarked;
