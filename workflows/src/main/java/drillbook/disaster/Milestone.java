package drillbook.disaster;

import java.time.Instant;

/**
 * Something that happened in a drill.
 *
 * @param at when it was done
 * @param what one word
 * @param words how, one sentence
 */
public record Milestone(Instant at, String what, String words) {}
