/**
 * Documents that people write, read strictly: everything that is wrong with one is said at once.
 */
@NullMarked
package drillbook.document;

import org.jspecify.annotations.NullMarked;
