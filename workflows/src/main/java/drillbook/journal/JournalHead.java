package drillbook.journal;

/**
 * The newest entry of a journal: proof of its tail for whoever keeps it elsewhere.
 *
 * @param number the entry's number, from 1 on; 0 for an empty journal
 * @param sha256 of the entry's bytes
 */
public record JournalHead(long number, String sha256) {}
