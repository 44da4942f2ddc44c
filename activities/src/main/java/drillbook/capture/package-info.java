/** Captures: ranges of an engine into segments, folded over a parent, sealed by a manifest. */
@NullMarked
package drillbook.capture;

import org.jspecify.annotations.NullMarked;
