package drillbook.prune;

import drillbook.prune.BackupFacts.Proof;
import drillbook.runbook.Retention;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which backups are kept, by grandfather, father and son: a function of facts, retention and time.
 * Hours, days, weeks from Monday, months and years are those of UTC.
 *
 * <p>Whatever the retention says, the newest backup stays, the newest verified one, what a kept one
 * rests on, what is pinned, and what cannot be believed with all that is older: it may rest on
 * that. A backup whose verification failed stays for its age, but no period is kept by it.
 */
public final class RetentionRule {
  private final List<BackupFacts> newestFirst;
  private final Map<String, List<String>> reasons = new LinkedHashMap<>();

  private RetentionRule(Collection<BackupFacts> backups) {
    this.newestFirst =
        backups.stream()
            .sorted(Comparator.comparing(BackupFacts::at).thenComparing(BackupFacts::id).reversed())
            .toList();
    newestFirst.forEach(backup -> reasons.put(backup.id(), new ArrayList<>()));
    if (reasons.size() != newestFirst.size()) {
      throw new IllegalArgumentException("two backups have one id");
    }
  }

  /** Returns what becomes of each backup, newest first. */
  public static List<Fate> decide(
      Collection<BackupFacts> backups, Retention retention, Instant now) {
    RetentionRule rule = new RetentionRule(backups);
    rule.keepAlways();
    rule.keepYoung(retention.all(), now);
    rule.keepPeriods(retention);
    rule.keepWhatOthersRestOn();
    return rule.reasons.entrySet().stream()
        .map(entry -> new Fate(entry.getKey(), entry.getValue()))
        .toList();
  }

  private void keepAlways() {
    for (BackupFacts backup : newestFirst) {
      backup.pins().forEach(pin -> keep(backup, pin));
    }
    first(BackupFacts::believed).ifPresent(newest -> keep(newest, "the newest backup"));
    first(backup -> backup.believed() && backup.proof() == Proof.PASSED)
        .ifPresent(newest -> keep(newest, "the newest verified backup"));
    String doubtful = "";
    for (BackupFacts backup : newestFirst) {
      if (!backup.believed()) {
        keep(backup, "nobody can tell what it needs");
        doubtful = doubtful.isEmpty() ? backup.id() : doubtful;
      } else if (!doubtful.isEmpty()) {
        keep(backup, doubtful + " may rest on it, of which nobody can tell");
      }
    }
  }

  private void keepYoung(Duration all, Instant now) {
    for (BackupFacts backup : newestFirst) {
      if (Duration.between(backup.at(), now).compareTo(all) < 0) {
        keep(backup, "younger than " + words(all));
      }
    }
  }

  private void keepPeriods(Retention retention) {
    keepPeriods(
        retention.hourly(),
        at -> "of hour " + at.truncatedTo(ChronoUnit.HOURS).toString().replace('T', ' '));
    keepPeriods(retention.daily(), at -> "of day " + at.toLocalDate());
    keepPeriods(retention.weekly(), at -> "of week from " + monday(at));
    keepPeriods(
        retention.monthly(), at -> "of month " + at.toLocalDate().toString().substring(0, 7));
    keepPeriods(retention.yearly(), at -> "of year " + at.getYear());
  }

  /** Keeps the newest of each of so many last periods that have one. */
  private void keepPeriods(int most, Function<LocalDateTime, String> period) {
    Set<String> seen = new HashSet<>();
    for (BackupFacts backup : newestFirst) {
      if (!backup.believed() || backup.proof() == Proof.FAILED) {
        continue;
      }
      if (seen.size() == most) {
        return;
      }
      String words = period.apply(LocalDateTime.ofInstant(backup.at(), ZoneOffset.UTC));
      if (seen.add(words)) {
        keep(backup, "the newest " + words);
      }
    }
  }

  private static LocalDate monday(LocalDateTime at) {
    return at.toLocalDate().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
  }

  private void keepWhatOthersRestOn() {
    Map<String, BackupFacts> known = new LinkedHashMap<>();
    newestFirst.forEach(backup -> known.put(backup.id(), backup));
    Deque<BackupFacts> open = new ArrayDeque<>();
    newestFirst.stream().filter(this::isKept).forEach(open::add);
    while (!open.isEmpty()) {
      BackupFacts kept = open.remove();
      for (String below : kept.restsOn().stream().sorted().toList()) {
        BackupFacts base = known.get(below);
        if (base != null && !isKept(base)) {
          keep(base, kept.id() + " rests on it");
          open.add(base);
        }
      }
    }
  }

  private Optional<BackupFacts> first(Predicate<BackupFacts> condition) {
    return newestFirst.stream().filter(condition).findFirst();
  }

  private boolean isKept(BackupFacts backup) {
    return !reasons.getOrDefault(backup.id(), List.of()).isEmpty();
  }

  private void keep(BackupFacts backup, String reason) {
    reasons.computeIfAbsent(backup.id(), id -> new ArrayList<>()).add(reason);
  }

  /** Returns a time as runbooks write it. */
  private static String words(Duration time) {
    if (time.isZero() || time.toSeconds() % 60 != 0) {
      return time.toSeconds() + "s";
    }
    if (time.toSeconds() % 86_400 == 0) {
      return time.toDays() + "d";
    }
    return time.toMinutes() % 60 == 0 ? time.toHours() + "h" : time.toMinutes() + "m";
  }
}
