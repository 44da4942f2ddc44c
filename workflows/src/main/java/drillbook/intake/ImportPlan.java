package drillbook.intake;

/**
 * What an import will read. The files stand in the order of their names; whoever reads one later
 * compares the digest, so that a folder that was changed meanwhile is found.
 *
 * @param files how many hold records
 * @param digest of their names and lengths
 */
public record ImportPlan(int files, String digest) {}
