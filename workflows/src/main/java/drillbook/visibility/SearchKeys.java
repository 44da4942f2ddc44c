package drillbook.visibility;

import drillbook.check.Verdict;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributeUpdate;
import io.temporal.common.SearchAttributes;
import io.temporal.workflow.Workflow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The search attributes of runs, all of them Keywords. A namespace may not have them, and a
 * workflow task that asks for an unknown one is tried for ever: so they are set at the start, by
 * those who know that the namespace has all of them, and a run that was started without writes
 * none.
 */
public final class SearchKeys {
  /** On what: a target's name. */
  public static final SearchAttributeKey<String> TARGET =
      SearchAttributeKey.forKeyword("DrillbookTarget");

  /** What kind of database: an engine's word, known once it was asked. */
  public static final SearchAttributeKey<String> ENGINE =
      SearchAttributeKey.forKeyword("DrillbookEngine");

  /** For which runbook. */
  public static final SearchAttributeKey<String> RUNBOOK =
      SearchAttributeKey.forKeyword("DrillbookRunbook");

  /** Which part of the runbook: hourly and so on. */
  public static final SearchAttributeKey<String> CADENCE =
      SearchAttributeKey.forKeyword("DrillbookCadence");

  /** How it ended: the name of a {@link Verdict}, known at the end. */
  public static final SearchAttributeKey<String> VERDICT =
      SearchAttributeKey.forKeyword("DrillbookVerdict");

  /** Which backup it made or was about. */
  public static final SearchAttributeKey<String> BACKUP =
      SearchAttributeKey.forKeyword("DrillbookBackup");

  private static final List<SearchAttributeKey<String>> ALL =
      List.of(TARGET, ENGINE, RUNBOOK, CADENCE, VERDICT, BACKUP);

  private SearchKeys() {}

  /** Returns the names that a namespace must have: all, or none is used. */
  public static List<String> names() {
    return ALL.stream().map(SearchAttributeKey::getName).toList();
  }

  /** Returns what a procedure is started with that no runbook asked for, by name. */
  public static Map<String, String> of(String target) {
    return Map.of(TARGET.getName(), target);
  }

  /** Returns what a runbook's run is started with, by name. */
  public static Map<String, String> of(String target, String runbook, String cadence) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put(TARGET.getName(), target);
    values.put(RUNBOOK.getName(), runbook);
    values.put(CADENCE.getName(), cadence);
    return values;
  }

  /** Returns what a child workflow is started with: what its parent was. In workflow code only. */
  public static SearchAttributes inherited() {
    SearchAttributes own = Workflow.getTypedSearchAttributes();
    SearchAttributes.Builder passed = SearchAttributes.newBuilder();
    for (SearchAttributeKey<String> key : List.of(TARGET, RUNBOOK, CADENCE)) {
      String value = own.get(key);
      if (value != null) {
        passed.set(key, value);
      }
    }
    return passed.build();
  }

  /** Writes down which engine and backup a run is about. In workflow code only. */
  public static void about(String engine, String backupId) {
    write(ENGINE.valueSet(engine), BACKUP.valueSet(backupId));
  }

  /**
   * Writes down how a run ended. In workflow code only.
   *
   * @param backupId an empty string where it was about none
   */
  public static void ended(Verdict verdict, String backupId) {
    if (backupId.isEmpty()) {
      write(VERDICT.valueSet(verdict.name()));
    } else {
      write(VERDICT.valueSet(verdict.name()), BACKUP.valueSet(backupId));
    }
  }

  private static void write(SearchAttributeUpdate<?>... updates) {
    if (Workflow.getTypedSearchAttributes().containsKey(TARGET)) {
      Workflow.upsertTypedSearchAttributes(updates);
    }
  }
}
