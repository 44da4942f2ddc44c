package drillbook.disaster;

/**
 * What a hook did.
 *
 * @param ran false: the target has no such hook
 * @param words what it said last, one line
 * @param seconds how long it took
 */
public record HookReport(boolean ran, String words, double seconds) {}
