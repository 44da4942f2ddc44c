/** Real servers as child processes on loopback, installed from package registries on first use. */
@NullMarked
package drillbook.localserver;

import org.jspecify.annotations.NullMarked;
