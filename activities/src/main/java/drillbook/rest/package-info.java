/** Calls over HTTP as engines make them: one attempt, ended by an interrupt. */
@NullMarked
package drillbook.rest;

import org.jspecify.annotations.NullMarked;
