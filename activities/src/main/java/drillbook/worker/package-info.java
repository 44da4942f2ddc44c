/** What a worker is made of: settings in, activity implementations out. */
@NullMarked
package drillbook.worker;

import org.jspecify.annotations.NullMarked;
