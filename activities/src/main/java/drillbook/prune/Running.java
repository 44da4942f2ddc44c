package drillbook.prune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import drillbook.archive.Artifacts;
import drillbook.archive.Keys;
import drillbook.backup.BackupId;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.runbook.Cadence;
import drillbook.store.ArtifactStore;
import drillbook.store.ArtifactStore.Listed;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What runs that have not ended still need, as their intents say. A run is believed to go on for as
 * long as the longest run may take; later its intent holds nothing any more.
 */
final class Running {
  /** After this no run goes on: the longest cadence's time. */
  static final Duration LONGEST =
      Arrays.stream(Cadence.values()).map(Cadence::longest).max(Duration::compareTo).orElseThrow();

  private static final int PAGE = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DateTimeFormatter MARK =
      DateTimeFormatter.ofPattern("uuuuMMdd't'HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Map<String, List<String>> needed = new HashMap<>();
  private final Set<String> captures = new HashSet<>();
  private final List<String> stale = new ArrayList<>();
  private final List<String> unreadable = new ArrayList<>();

  private Running() {}

  /** Reads a target's intents. */
  static Running read(ArtifactStore store, String target, Instant now)
      throws DrillbookException, InterruptedException {
    Running running = new Running();
    String folder = Keys.intents(target);
    String after = "";
    while (true) {
      List<Listed> page = store.list(folder, after, PAGE);
      for (Listed listed : page) {
        after = listed.key();
        String name = after.substring(folder.length());
        if (!name.contains("/") && name.endsWith(".json")) {
          running.take(store, listed, name.substring(0, name.length() - ".json".length()), now);
        }
      }
      if (page.size() < PAGE) {
        return running;
      }
    }
  }

  private void take(ArtifactStore store, Listed listed, String run, Instant now)
      throws DrillbookException, InterruptedException {
    boolean capture = BackupId.isId(run);
    if (Duration.between(begun(run, now), now).compareTo(LONGEST) > 0) {
      // Plans of old restores stay: they name what may still have to be dropped.
      if (capture) {
        stale.add(run);
      }
      return;
    }
    if (capture) {
      captures.add(run);
    }
    try {
      JsonNode intent = JSON.readTree(Artifacts.read(store, listed.key(), listed.bytes()));
      String backup = intent.path(capture ? "parent" : "backupId").asText("");
      if (!intent.path("backupId").isTextual()) {
        unreadable.add(listed.key());
      } else if (!backup.isEmpty()) {
        needed
            .computeIfAbsent(backup, id -> new ArrayList<>())
            .add("the running " + (capture ? "backup " : "restore ") + run + " needs it");
      }
    } catch (IOException e) {
      unreadable.add(listed.key());
    } catch (DrillbookException e) {
      if (e.kind() != FailureKind.NOT_FOUND) {
        throw e;
      }
      // The run has just ended.
      captures.remove(run);
    }
  }

  /** Returns when a run began; now, where its name does not tell. */
  private static Instant begun(String run, Instant now) {
    try {
      return MARK.parse(run.substring(0, Math.min(15, run.length())), Instant::from);
    } catch (DateTimeException e) {
      return now;
    }
  }

  /** Returns who needs a backup, in words. */
  List<String> needing(String backupId) {
    return needed.getOrDefault(backupId, List.of());
  }

  /** Returns the backups that runs need. */
  Set<String> needed() {
    return needed.keySet();
  }

  /** Returns the backups that are being made. */
  Set<String> captures() {
    return captures;
  }

  /** Returns captures that ended long ago without having cleaned up. */
  List<String> stale() {
    return stale;
  }

  /** Returns the keys of intents that tell nothing. */
  List<String> unreadable() {
    return unreadable;
  }
}
