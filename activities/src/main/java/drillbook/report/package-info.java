/** Drill reports for people and programs: text, one HTML page, signed JSON. */
@NullMarked
package drillbook.report;

import org.jspecify.annotations.NullMarked;
