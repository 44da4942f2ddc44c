package drillbook.intake;

import drillbook.file.FileForm;

/**
 * A file of records to be imported.
 *
 * @param key in the store
 * @param form its format
 * @param tenant whose records it holds; empty where there are no tenants
 * @param bytes its length
 * @param sha256 what its bytes must hash to; empty where nobody says
 * @param records how many it must hold; -1 where nobody says
 */
record IntakeFile(
    String key, FileForm form, String tenant, long bytes, String sha256, long records) {}
