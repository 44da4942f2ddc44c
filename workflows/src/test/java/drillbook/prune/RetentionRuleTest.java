package drillbook.prune;

import static org.assertj.core.api.Assertions.assertThat;

import drillbook.backup.BackupId;
import drillbook.backup.BackupKind;
import drillbook.prune.BackupFacts.Proof;
import drillbook.runbook.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetentionRuleTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Retention NOTHING = new Retention(Duration.ZERO, 0, 0, 0, 0, 0);
  private static final int STORIES = 400;
  private static final List<Proof> PROOFS = List.of(Proof.NONE, Proof.PASSED, Proof.FAILED);

  @Test
  void what_is_younger_than_all_stays_and_what_is_as_old_goes() {
    List<BackupFacts> backups =
        List.of(
            full("2026-11-21T11:00:00Z"),
            full("2026-10-22T12:00:01Z"),
            full("2026-10-22T12:00:00Z"),
            full("2026-10-22T11:59:59Z"));
    assertThat(kept(backups, Retention.DEFAULT))
        .containsExactly("2026-11-21T11:00:00Z", "2026-10-22T12:00:01Z");
    assertThat(reasons(backups, Retention.DEFAULT, "2026-10-22T12:00:01Z"))
        .containsExactly("younger than 30d");
  }

  @Test
  void a_backup_from_the_future_is_young() {
    List<BackupFacts> backups = List.of(full("2026-11-22T00:00:00Z"), full("2020-01-01T00:00:00Z"));
    assertThat(kept(backups, Retention.DEFAULT)).containsExactly("2026-11-22T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    // A second before the hour, day, week, month or year begins, it is the one before.
    "hourly, 2026-11-20T11:00:00Z, 2026-11-20T10:59:59Z",
    "daily, 2026-11-20T00:00:00Z, 2026-11-19T23:59:59Z",
    "weekly, 2026-11-16T00:00:00Z, 2026-11-15T23:59:59Z",
    "monthly, 2026-11-01T00:00:00Z, 2026-10-31T23:59:59Z",
    "yearly, 2026-01-01T00:00:00Z, 2025-12-31T23:59:59Z"
  })
  void periods_begin_where_utc_says(String period, String first, String before) {
    List<BackupFacts> backups = List.of(full(first), full(before));
    assertThat(kept(backups, of(period, 1))).containsExactly(first);
    assertThat(kept(backups, of(period, 2))).containsExactly(first, before);
  }

  @ParameterizedTest
  @CsvSource({
    "hourly, 2026-11-20T11:59:59Z, 2026-11-20T11:00:00Z, of hour 2026-11-20 11:00",
    "daily, 2026-11-20T23:59:59Z, 2026-11-20T00:00:00Z, of day 2026-11-20",
    "weekly, 2026-11-15T23:59:59Z, 2026-11-09T00:00:00Z, of week from 2026-11-09",
    "weekly, 2026-01-01T00:00:00Z, 2025-12-29T00:00:00Z, of week from 2025-12-29",
    "monthly, 2026-02-28T23:59:59Z, 2026-02-01T00:00:00Z, of month 2026-02",
    "yearly, 2024-12-31T23:59:59Z, 2024-01-01T00:00:00Z, of year 2024"
  })
  void of_a_period_the_newest_stays(String period, String newest, String oldest, String words) {
    List<BackupFacts> backups = List.of(full(oldest), full(newest));
    assertThat(kept(backups, of(period, 9))).containsExactly(newest);
    assertThat(reasons(backups, of(period, 9), newest)).contains("the newest " + words);
  }

  @Test
  void periods_without_a_backup_are_not_counted() {
    List<BackupFacts> backups =
        List.of(
            full("2026-11-20T00:00:00Z"),
            full("2026-03-20T00:00:00Z"),
            full("2025-03-20T00:00:00Z"),
            full("2024-03-20T00:00:00Z"));
    assertThat(kept(backups, of("daily", 3)))
        .containsExactly("2026-11-20T00:00:00Z", "2026-03-20T00:00:00Z", "2025-03-20T00:00:00Z");
  }

  @Test
  void a_backup_that_failed_its_verification_stands_for_no_period() {
    List<BackupFacts> backups =
        List.of(
            full("2026-11-20T09:00:00Z"),
            with("2026-11-19T09:00:00Z", Proof.FAILED),
            full("2026-11-19T08:00:00Z"));
    assertThat(kept(backups, of("daily", 2)))
        .containsExactly("2026-11-20T09:00:00Z", "2026-11-19T08:00:00Z");
  }

  @Test
  void the_newest_and_the_newest_verified_stay() {
    List<BackupFacts> backups =
        List.of(
            full("2026-11-20T00:00:00Z"),
            with("2026-11-19T00:00:00Z", Proof.FAILED),
            with("2021-11-18T00:00:00Z", Proof.PASSED),
            with("2020-11-18T00:00:00Z", Proof.PASSED));
    assertThat(kept(backups, NOTHING))
        .containsExactly("2026-11-20T00:00:00Z", "2021-11-18T00:00:00Z");
    assertThat(reasons(backups, NOTHING, "2021-11-18T00:00:00Z"))
        .containsExactly("the newest verified backup");
  }

  @Test
  void an_increment_keeps_its_chain() {
    BackupFacts full = full("2026-09-01T02:00:00Z");
    BackupFacts first = resting("2026-09-01T03:05:00Z", full);
    BackupFacts second = resting("2026-09-01T04:05:00Z", full, first);
    BackupFacts beside = resting("2026-09-01T05:05:00Z", full);
    List<BackupFacts> backups = List.of(full, first, second, beside, full("2026-11-20T00:00:00Z"));
    List<BackupFacts> held = new ArrayList<>(backups);
    held.set(2, pinned(second, "held by maria"));
    assertThat(kept(backups, NOTHING)).containsExactly("2026-11-20T00:00:00Z");
    assertThat(kept(held, NOTHING))
        .containsExactly(
            "2026-11-20T00:00:00Z",
            "2026-09-01T04:05:00Z",
            "2026-09-01T03:05:00Z",
            "2026-09-01T02:00:00Z");
    assertThat(reasons(held, NOTHING, "2026-09-01T03:05:00Z"))
        .containsExactly(second.id() + " rests on it");
  }

  @Test
  void what_cannot_be_believed_stays_with_all_that_is_older() {
    BackupFacts doubtful = full("2026-06-01T00:00:00Z");
    List<BackupFacts> backups =
        List.of(
            full("2026-11-20T00:00:00Z"),
            full("2026-07-01T00:00:00Z"),
            new BackupFacts(doubtful.id(), doubtful.at(), false, Proof.NONE, Set.of(), List.of()),
            full("2026-05-01T00:00:00Z"));
    assertThat(kept(backups, NOTHING))
        .containsExactly("2026-11-20T00:00:00Z", "2026-06-01T00:00:00Z", "2026-05-01T00:00:00Z");
    assertThat(reasons(backups, NOTHING, "2026-05-01T00:00:00Z"))
        .containsExactly(doubtful.id() + " may rest on it, of which nobody can tell");
  }

  @Test
  void whatever_the_story_what_must_stay_stays() {
    for (int story = 0; story < STORIES; story++) {
      SplittableRandom random = new SplittableRandom(story);
      List<BackupFacts> backups = story(random);
      Retention retention =
          new Retention(
              Duration.ofHours(random.nextInt(2000)),
              random.nextInt(30),
              random.nextInt(10),
              random.nextInt(6),
              random.nextInt(14),
              random.nextInt(3));
      List<Fate> fates = RetentionRule.decide(backups, retention, NOW);
      Map<String, List<String>> byId = new HashMap<>();
      fates.forEach(fate -> byId.put(fate.backupId(), fate.reasons()));

      assertThat(byId).as("story %s", story).hasSameSizeAs(backups);
      assertThat(fates).as("story %s", story).anyMatch(Fate::kept);
      Map<String, Set<String>> counts = new HashMap<>();
      String doubtful = "";
      boolean proven = false;
      for (BackupFacts backup : newestFirst(backups)) {
        List<String> reasons = byId.getOrDefault(backup.id(), List.of());
        boolean kept = !reasons.isEmpty();
        boolean young = Duration.between(backup.at(), NOW).compareTo(retention.all()) < 0;
        doubtful = doubtful.isEmpty() && !backup.believed() ? backup.id() : doubtful;
        if (young || !backup.pins().isEmpty() || !doubtful.isEmpty()) {
          assertThat(kept).as("story %s: %s", story, backup).isTrue();
        }
        if (backup.believed() && backup.proof() == Proof.PASSED && !proven) {
          proven = true;
          assertThat(kept).as("story %s: newest verified %s", story, backup).isTrue();
        }
        if (kept) {
          assertThat(backup.restsOn())
              .as("story %s: below %s", story, backup)
              .allMatch(below ->
                  !byId.containsKey(below) || !byId.getOrDefault(below, List.of()).isEmpty());
        }
        for (String reason : reasons) {
          if (reason.startsWith("the newest of ")) {
            String period = reason.split(" ", -1)[3];
            counts.computeIfAbsent(period, name -> new HashSet<>()).add(reason);
          }
        }
      }
      assertThat(counts.getOrDefault("hour", Set.of()))
          .hasSizeLessThanOrEqualTo(retention.hourly());
      assertThat(counts.getOrDefault("day", Set.of())).hasSizeLessThanOrEqualTo(retention.daily());
      assertThat(counts.getOrDefault("week", Set.of()))
          .hasSizeLessThanOrEqualTo(retention.weekly());
      assertThat(counts.getOrDefault("month", Set.of()))
          .hasSizeLessThanOrEqualTo(retention.monthly());
      assertThat(counts.getOrDefault("year", Set.of()))
          .hasSizeLessThanOrEqualTo(retention.yearly());
    }
  }

  @Test
  void a_second_look_at_what_stayed_deletes_nothing_more() {
    for (int story = 0; story < STORIES; story++) {
      SplittableRandom random = new SplittableRandom(story);
      List<BackupFacts> backups = story(random);
      Retention retention =
          new Retention(Duration.ofDays(random.nextInt(40)), 5, random.nextInt(9), 4, 6, 1);
      Set<String> kept = new HashSet<>(keptIds(backups, retention));
      List<BackupFacts> left = backups.stream().filter(one -> kept.contains(one.id())).toList();
      assertThat(keptIds(left, retention))
          .as("story %s", story)
          .containsExactlyInAnyOrderElementsOf(kept);
    }
  }

  @Test
  void the_order_in_which_backups_are_named_changes_nothing() {
    for (int story = 0; story < 50; story++) {
      List<BackupFacts> backups = story(new SplittableRandom(story));
      List<BackupFacts> shuffled = new ArrayList<>(backups);
      Collections.shuffle(shuffled, new Random(story));
      Retention retention = new Retention(Duration.ofDays(3), 4, 3, 2, 2, 1);
      assertThat(RetentionRule.decide(shuffled, retention, NOW))
          .isEqualTo(RetentionRule.decide(backups, retention, NOW));
    }
  }

  @Test
  void more_retention_never_keeps_less() {
    for (int story = 0; story < STORIES; story++) {
      SplittableRandom random = new SplittableRandom(story);
      List<BackupFacts> backups = story(random);
      int days = random.nextInt(20);
      Retention less = new Retention(Duration.ofDays(days), 2, days, 2, 1, 0);
      Retention more = new Retention(Duration.ofDays(days + 5), 4, days + 1, 2, 3, 1);
      assertThat(keptIds(backups, more)).as("story %s", story).containsAll(keptIds(backups, less));
    }
  }

  /** Fulls with increments behind them over two years, some of them doubtful, proven or held. */
  private static List<BackupFacts> story(SplittableRandom random) {
    List<BackupFacts> backups = new ArrayList<>();
    int count = 1 + random.nextInt(120);
    boolean doubts = random.nextInt(4) == 0;
    Instant at = NOW.minus(Duration.ofDays(1 + random.nextInt(700)));
    List<String> chain = new ArrayList<>();
    for (int i = 0; i < count && at.isBefore(NOW); i++) {
      at = at.plusSeconds(60 + random.nextInt(400_000));
      boolean full = chain.isEmpty() || random.nextInt(5) == 0;
      if (full) {
        chain.clear();
      }
      String id =
          BackupId.of(at, full ? BackupKind.FULL : BackupKind.INCREMENTAL, "%06d".formatted(i))
              .text();
      backups.add(
          new BackupFacts(
              id,
              at,
              !doubts || random.nextInt(40) != 0,
              PROOFS.get(random.nextInt(PROOFS.size())),
              Set.copyOf(chain),
              random.nextInt(20) == 0 ? List.of("held") : List.of()));
      chain.add(id);
    }
    return backups;
  }

  private static List<BackupFacts> newestFirst(List<BackupFacts> backups) {
    return backups.stream().sorted((a, b) -> b.at().compareTo(a.at())).toList();
  }

  private static Retention of(String period, int count) {
    return new Retention(
        Duration.ZERO,
        period.equals("hourly") ? count : 0,
        period.equals("daily") ? count : 0,
        period.equals("weekly") ? count : 0,
        period.equals("monthly") ? count : 0,
        period.equals("yearly") ? count : 0);
  }

  private static BackupFacts full(String at) {
    return with(at, Proof.NONE);
  }

  private static BackupFacts with(String at, Proof proof) {
    Instant time = Instant.parse(at);
    return new BackupFacts(
        BackupId.of(time, BackupKind.FULL, "1a2b3c").text(),
        time,
        true,
        proof,
        Set.of(),
        List.of());
  }

  private static BackupFacts resting(String at, BackupFacts... below) {
    Instant time = Instant.parse(at);
    Set<String> ids = new HashSet<>();
    for (BackupFacts one : below) {
      ids.add(one.id());
    }
    return new BackupFacts(
        BackupId.of(time, BackupKind.INCREMENTAL, "1a2b3c").text(),
        time,
        true,
        Proof.NONE,
        ids,
        List.of());
  }

  private static BackupFacts pinned(BackupFacts backup, String pin) {
    return new BackupFacts(
        backup.id(), backup.at(), true, backup.proof(), backup.restsOn(), List.of(pin));
  }

  private static List<String> kept(List<BackupFacts> backups, Retention retention) {
    return keptIds(backups, retention).stream()
        .map(id -> new BackupId(id).startedAt().toString())
        .toList();
  }

  private static List<String> keptIds(List<BackupFacts> backups, Retention retention) {
    return RetentionRule.decide(backups, retention, NOW).stream()
        .filter(Fate::kept)
        .map(Fate::backupId)
        .toList();
  }

  private static List<String> reasons(List<BackupFacts> backups, Retention retention, String at) {
    return RetentionRule.decide(backups, retention, NOW).stream()
        .filter(fate -> new BackupId(fate.backupId()).startedAt().equals(Instant.parse(at)))
        .findFirst()
        .orElseThrow()
        .reasons();
  }
}
