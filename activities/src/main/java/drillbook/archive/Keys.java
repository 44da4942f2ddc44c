package drillbook.archive;

/** The keys of a target's artifacts. They carry numbers and ids, never an engine's own names. */
public final class Keys {
  private Keys() {}

  /** Returns the folder of all backups of a target. */
  public static String backups(String target) {
    return target + "/backups/";
  }

  /** Returns a backup's folder. */
  public static String backup(String target, String backupId) {
    return backups(target) + backupId + "/";
  }

  /** Returns a manifest's key; the backup exists exactly if this artifact does. */
  public static String manifest(String target, String backupId) {
    return backup(target, backupId) + "manifest.json";
  }

  /** Returns the folder of one tenant of one collection within a backup. */
  public static String part(String target, String backupId, int collection, int tenant) {
    return backup(target, backupId) + "c" + collection + "/t" + tenant + "/";
  }

  /** Returns the folder of all intents of a target. */
  public static String intents(String target) {
    return target + "/intents/";
  }

  /** Returns the key of a run's intent. */
  public static String intent(String target, String run) {
    return intents(target) + run + ".json";
  }

  /** Returns the folder of the instance that is brought up for a run. */
  public static String instances(String target, String mark) {
    return target + "/instances/" + mark + "/";
  }

  /** Returns the key under which an instance that is brought up for a run is announced. */
  public static String instanceAsked(String target, String mark) {
    return instances(target, mark) + "asked.json";
  }

  /** Returns the key under which an instance that is up is recorded. */
  public static String instanceUp(String target, String mark) {
    return instances(target, mark) + "up.json";
  }

  /** Returns the folder of a target's journal. */
  public static String journal(String target) {
    return target + "/journal/";
  }

  /** Returns the folder where a run keeps what it needs until it ends. */
  public static String work(String target, String run) {
    return intents(target) + run + "/";
  }
}
