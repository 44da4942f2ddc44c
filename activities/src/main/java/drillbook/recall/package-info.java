/** Questions sealed into a backup with their true answers, asked again of what was restored. */
@NullMarked
package drillbook.recall;

import org.jspecify.annotations.NullMarked;
