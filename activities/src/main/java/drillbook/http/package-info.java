/** Calls to the services that messages and tickets go to. */
@NullMarked
package drillbook.http;

import org.jspecify.annotations.NullMarked;
