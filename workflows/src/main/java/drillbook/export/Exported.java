package drillbook.export;

/**
 * One collection that was exported, whole.
 *
 * @param collection its path
 * @param folder the key of its folder, with a slash at the end
 * @param records how many
 * @param bytes of all files
 * @param files how many files hold records
 */
public record Exported(String collection, String folder, long records, long bytes, int files) {}
