/** Temporal as this process sees it: a service of its own or a server, workers, procedures. */
@NullMarked
package drillbook.temporal;

import org.jspecify.annotations.NullMarked;
