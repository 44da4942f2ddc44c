package drillbook.drill;

/**
 * A recovery time that is the new normal.
 *
 * @param target whose
 * @param drill the drill's mark
 * @param recoverySeconds what later drills are compared with
 * @param who accepted it
 */
public record AcceptReport(String target, String drill, double recoverySeconds, String who) {}
