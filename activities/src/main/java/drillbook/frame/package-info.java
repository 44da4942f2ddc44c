/** The frames inside a segment: about a mebibyte of whole records each, in columns. */
@NullMarked
package drillbook.frame;

import org.jspecify.annotations.NullMarked;
