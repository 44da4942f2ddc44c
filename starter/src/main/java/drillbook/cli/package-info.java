/** The command line: one class a command, each thin. */
@NullMarked
package drillbook.cli;

import org.jspecify.annotations.NullMarked;
