package drillbook.disaster;

/**
 * Whether an instance answers.
 *
 * @param answers whether it does
 * @param words its version, or why it does not
 */
public record ProbeReport(boolean answers, String words) {}
