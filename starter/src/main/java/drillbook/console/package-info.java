/** What people read: tables, figures, progress, JSON. */
@NullMarked
package drillbook.console;

import org.jspecify.annotations.NullMarked;
