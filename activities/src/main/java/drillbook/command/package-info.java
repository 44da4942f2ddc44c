/**
 * Commands of the target's owner: what only they know how to do, such as bringing an instance up.
 * They stand in the target's file on the worker's side, never in a request.
 */
@NullMarked
package drillbook.command;

import org.jspecify.annotations.NullMarked;
