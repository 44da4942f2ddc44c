/** What the vectors of a backup are like: norms, centroids, and values that are no numbers. */
@NullMarked
package drillbook.profile;

import org.jspecify.annotations.NullMarked;
