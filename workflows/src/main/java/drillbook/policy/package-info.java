/** How long an activity may take and how often it is tried: decided here, nowhere else. */
@NullMarked
package drillbook.policy;

import org.jspecify.annotations.NullMarked;
