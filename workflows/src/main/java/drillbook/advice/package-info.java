/**
 * Whether a vector database is better backed up or rebuilt from its source, and what each costs.
 */
@NullMarked
package drillbook.advice;

import org.jspecify.annotations.NullMarked;
