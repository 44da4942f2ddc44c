/** Files of records that any tool reads, and back without a loss: JSON lines, Parquet, Arrow. */
@NullMarked
package drillbook.file;

import org.jspecify.annotations.NullMarked;
