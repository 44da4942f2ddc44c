package drillbook.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.check.Check;
import drillbook.check.FindingCode;
import drillbook.check.Verdict;
import drillbook.drill.AcceptRequest;
import drillbook.drill.Baseline;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.manifest.SigningKey;
import drillbook.manifest.TrustedKeys;
import drillbook.store.TestingStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chain, signatures, numbers, retries and races of the journal. */
class JournalTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-21T02:00:00.123456Z"));

  @TempDir Path folder;
  private final TestingStore store = new TestingStore();
  private SigningKey key;
  private TrustedKeys trusted;
  private Journal journal;

  @BeforeEach
  void makeJournal() throws DrillbookException {
    key = SigningKey.loadOrCreate(folder.resolve("keys"));
    trusted = TrustedKeys.ofKeys(List.of(key.publicKey()));
    journal = new Journal(store, "docs", key, trusted, CLOCK);
  }

  @Test
  void an_empty_journal_has_head_zero_and_is_not_green() throws Exception {
    assertThat(journal.head()).isEqualTo(new JournalHead(0, ""));
    assertThat(journal.last(5)).isEmpty();
    assertThat(journal.verify(Optional.empty()).verdict()).isEqualTo(Verdict.COULD_NOT_VERIFY);
  }

  @Test
  void entries_are_numbered_and_come_back_newest_first() throws Exception {
    journal.append(record("backup", "r1"));
    journal.append(record("verify", "r2"));
    JournalHead head = journal.append(record("drill", "r3"));

    assertThat(store.keys())
        .containsExactly(
            "docs/journal/00000000000000000001.json",
            "docs/journal/00000000000000000002.json",
            "docs/journal/00000000000000000003.json");
    assertThat(journal.head()).isEqualTo(head);
    assertThat(journal.last(2)).extracting(JournalEntry::number).containsExactly(3L, 2L);
    assertThat(journal.last(9))
        .extracting(JournalEntry::record)
        .containsExactly(record("drill", "r3"), record("verify", "r2"), record("backup", "r1"));
    assertThat(journal.last(1).getFirst().at())
        .isEqualTo(Instant.parse("2026-11-21T02:00:00.123Z"));
  }

  @Test
  void a_whole_journal_verifies_with_a_head_and_says_so_without_one() throws Exception {
    JournalHead kept = journal.append(record("backup", "r1"));
    journal.append(record("backup", "r2"));

    JournalCheck proven = journal.verify(Optional.of(kept));
    assertThat(proven.verdict()).isEqualTo(Verdict.PASSED);
    assertThat(proven.tailProven()).isTrue();
    assertThat(proven.entries()).isEqualTo(2);
    assertThat(proven.head().number()).isEqualTo(2);

    JournalCheck unproven = journal.verify(Optional.empty());
    assertThat(unproven.verdict()).isEqualTo(Verdict.COULD_NOT_VERIFY);
    assertThat(unproven.tailProven()).isFalse();
    assertThat(check(unproven, "journal-tail").detail()).startsWith("tail not proven");
    assertThat(check(unproven, "journal-chain").result()).isEqualTo(Check.Result.PASSED);
  }

  @Test
  void an_append_that_is_repeated_changes_nothing() throws Exception {
    JournalHead first = journal.append(record("drill", "r1"));
    for (int i = 2; i < 40; i++) {
      journal.append(record("backup", "r" + i));
    }
    assertThat(journal.append(record("drill", "r1"))).isEqualTo(first);
    assertThat(journal.append(record("backup", "r39"))).isEqualTo(journal.head());
    assertThat(store.keys()).hasSize(39);

    assertThat(journal.append(record("verify", "r1")).number()).isEqualTo(40);
  }

  @Test
  void writers_at_the_same_time_get_one_number_each() throws Exception {
    Set<Long> numbers = new HashSet<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<JournalHead>> heads = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        JournalRecord record = record("backup", "r" + i);
        heads.add(threads.submit(() -> journal.append(record)));
      }
      for (Future<JournalHead> head : heads) {
        numbers.add(head.get().number());
      }
    }
    assertThat(numbers).hasSize(40);
    assertThat(journal.verify(Optional.of(journal.head())).verdict()).isEqualTo(Verdict.PASSED);
  }

  @Test
  void a_removed_entry_is_found() throws Exception {
    appendFour();
    store.delete("docs/journal/00000000000000000002.json");

    JournalCheck check = journal.verify(Optional.of(journal.head()));
    assertThat(check.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check(check, "journal-numbers").findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.code()).isEqualTo(FindingCode.JOURNAL_BROKEN);
          assertThat(finding.message()).isEqualTo("after entry 1 comes entry 3");
        });
    assertThat(journal.last(9)).extracting(JournalEntry::number).containsExactly(4L, 3L, 1L);
  }

  @Test
  void a_tail_that_was_cut_off_is_found_with_a_head_only() throws Exception {
    appendFour();
    JournalHead kept = journal.head();
    store.delete("docs/journal/00000000000000000004.json");

    assertThat(journal.verify(Optional.empty()).verdict()).isEqualTo(Verdict.COULD_NOT_VERIFY);
    JournalCheck check = journal.verify(Optional.of(kept));
    assertThat(check.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check.tailProven()).isFalse();
    assertThat(check(check, "journal-tail").result()).isEqualTo(Check.Result.FAILED);
  }

  @Test
  void a_history_that_was_written_anew_is_found_with_a_head() throws Exception {
    JournalHead kept = journal.append(record("drill", "failed"));
    store.delete("docs/journal/00000000000000000001.json");
    journal.append(record("drill", "green"));

    JournalCheck check = journal.verify(Optional.of(kept));
    assertThat(check(check, "journal-tail").result()).isEqualTo(Check.Result.FAILED);
    assertThat(check(check, "journal-chain").result()).isEqualTo(Check.Result.PASSED);
  }

  @Test
  void an_entry_that_was_written_anew_with_the_key_breaks_the_chain() throws Exception {
    appendFour();
    TestingStore other = new TestingStore();
    Journal forged = new Journal(other, "docs", key, trusted, CLOCK);
    forged.append(record("backup", "x1"));
    forged.append(record("backup", "x2"));
    String second = "docs/journal/00000000000000000002.json";
    store.tamper(second, other.bytes(second));

    JournalCheck check = journal.verify(Optional.of(journal.head()));
    assertThat(check(check, "journal-signatures").result()).isEqualTo(Check.Result.PASSED);
    assertThat(check(check, "journal-chain").result()).isEqualTo(Check.Result.FAILED);
    assertThat(check(check, "journal-chain").detail()).isEqualTo("2 of 4");
  }

  @Test
  void a_changed_byte_of_an_entry_is_found() throws Exception {
    appendFour();
    String second = "docs/journal/00000000000000000002.json";
    byte[] whole = store.bytes(second);
    for (int i = 0; i < whole.length; i += 5) {
      byte[] changed = whole.clone();
      changed[i] ^= 1;
      store.tamper(second, changed);
      assertThat(journal.verify(Optional.of(journal.head())).verdict())
          .as("byte %d", i)
          .isEqualTo(Verdict.FAILED);
    }
  }

  @Test
  void an_entry_of_another_key_or_target_is_not_believed() throws Exception {
    journal.append(record("backup", "r1"));
    SigningKey stranger = SigningKey.loadOrCreate(folder.resolve("stranger"));
    TestingStore other = new TestingStore();
    TrustedKeys both = TrustedKeys.ofKeys(List.of(key.publicKey(), stranger.publicKey()));
    Journal forged = new Journal(other, "docs", stranger, both, CLOCK);
    forged.append(record("backup", "r1"));
    String first = "docs/journal/00000000000000000001.json";
    store.tamper(first, other.bytes(first));

    assertThat(journal.verify(Optional.empty()).verdict()).isEqualTo(Verdict.FAILED);
    assertThatThrownBy(() -> journal.append(record("backup", "r2")))
        .isInstanceOfSatisfying(
            DrillbookException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT);
              assertThat(e.hint()).contains("journal verify docs");
            });

    assertThatThrownBy(() ->
            journal.append(
                new JournalRecord("mail", "drill", "r", "b", Verdict.PASSED, 1, Map.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void foreign_names_are_a_finding_and_stop_nobody() throws Exception {
    appendFour();
    store.tamper("docs/journal/notes.txt", "x".getBytes(StandardCharsets.UTF_8));
    store.tamper("docs/journal/99999999999999999999.json", new byte[] {1});
    assertThat(journal.append(record("backup", "r5")).number()).isEqualTo(5);
    JournalCheck check = journal.verify(Optional.of(journal.head()));
    assertThat(check(check, "journal-numbers").findings()).hasSize(2);
  }

  @Test
  void the_next_number_is_found_with_few_listings_at_every_page_border() throws Exception {
    for (int last :
        new int[] {998, 999, 1000, 1001, 1999, 2000, 2001, 2999, 3000, 3001, 6543, 12_017}) {
      TestingStore crowded = new TestingStore();
      Journal writer = new Journal(crowded, "docs", key, trusted, CLOCK);
      for (int number = 1; number < last; number++) {
        crowded.tamper(String.format("docs/journal/%020d.json", number), new byte[] {1});
      }
      byte[] head =
          JournalFile.seal(
              new JournalFile.Content(
                  last, CLOCK.instant(), "", new TreeMap<>(), record("backup", "r1")),
              key);
      crowded.tamper(String.format("docs/journal/%020d.json", last), head);
      assertThat(writer.append(record("backup", "r2")).number()).isEqualTo(last + 1L);
      assertThat(crowded.lists()).isLessThanOrEqualTo(14);
    }
  }

  @Test
  void reading_one_kind_jumps_over_the_others() throws Exception {
    for (int i = 0; i < 60; i++) {
      journal.append(record(i % 20 == 0 ? "drill" : "backup", "r" + i));
    }
    int before = store.reads();
    List<String> runs = new ArrayList<>();
    journal.readBackwards("drill", entry -> runs.add(entry.record().run()));
    assertThat(runs).containsExactly("r40", "r20", "r0");
    assertThat(store.reads() - before).isEqualTo(4);
  }

  @Test
  void history_holds_the_last_green_drills_of_the_same_environment() throws Exception {
    for (int i = 0; i < 12; i++) {
      journal.append(drill("r" + i, Verdict.PASSED, 100 + i, "fp", "false"));
      journal.append(record("backup", "b" + i));
    }
    journal.append(drill("slow", Verdict.FAILED, 900, "fp", "true"));
    journal.append(drill("other", Verdict.PASSED, 901, "elsewhere", "false"));
    journal.append(drill("unproven", Verdict.COULD_NOT_VERIFY, 902, "fp", "false"));
    journal.append(drill("regressed", Verdict.PASSED, 903, "fp", "true"));

    assertThat(DrillHistory.recoverySeconds(journal, "fp"))
        .containsExactly(111.0, 110.0, 109.0, 108.0, 107.0, 106.0, 105.0, 104.0);
    assertThat(DrillHistory.recoverySeconds(journal, "elsewhere")).containsExactly(901.0);
    assertThat(DrillHistory.recoverySeconds(journal, "nowhere")).isEmpty();
  }

  @Test
  void an_accepted_recovery_time_is_the_new_normal_at_once() throws Exception {
    for (int i = 0; i < 5; i++) {
      journal.append(drill("r" + i, Verdict.PASSED, 100, "fp", "false"));
    }
    journal.append(slow("slow", "PASSED"));
    assertThat(Baseline.of(DrillHistory.recoverySeconds(journal, "fp")).seconds()).isEqualTo(100);

    JournalRecord slow = DrillHistory.acceptable(journal, "");
    journal.append(
        JournalRecord.accepted("a1", new AcceptRequest("docs", null, "she", "grown"), slow));
    assertThat(DrillHistory.recoverySeconds(journal, "fp")).containsExactly(150.0, 150.0, 150.0);

    journal.append(drill("next", Verdict.PASSED, 160, "fp", "false"));
    assertThat(DrillHistory.recoverySeconds(journal, "fp"))
        .containsExactly(160.0, 150.0, 150.0, 150.0);
    assertThat(DrillHistory.recoverySeconds(journal, "elsewhere")).isEmpty();
  }

  @Test
  void only_a_drill_that_was_slow_and_nothing_else_can_be_accepted() throws Exception {
    assertThat(refusal("").kind()).isEqualTo(FailureKind.NOT_FOUND);
    journal.append(drill("fine", Verdict.PASSED, 100, "fp", "false"));
    assertThat(refusal(""))
        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(FailureKind.CONFLICT))
        .hasMessageContaining("did not regress");
    journal.append(slow("broken", "FAILED"));
    assertThat(refusal("")).hasMessageContaining("found more than a slow recovery");
    assertThat(refusal("no-such-mark").kind()).isEqualTo(FailureKind.NOT_FOUND);
    journal.append(slow("slow", "PASSED"));
    journal.append(drill("later", Verdict.PASSED, 100, "fp", "false"));
    assertThat(DrillHistory.acceptable(journal, "mark-slow").run()).isEqualTo("slow");
  }

  private DrillbookException refusal(String mark) {
    return catchThrowableOfType(
        DrillbookException.class, () -> DrillHistory.acceptable(journal, mark));
  }

  private static JournalRecord slow(String run, String besideTime) {
    return new JournalRecord(
        "docs",
        "drill",
        run,
        "20261121t020000z_full_abcdef",
        Verdict.FAILED,
        150,
        Map.of(
            "fingerprint",
            "fp",
            "regressed",
            "true",
            "mark",
            "mark-" + run,
            "besideTime",
            besideTime));
  }

  private void appendFour() throws Exception {
    for (int i = 1; i <= 4; i++) {
      journal.append(record("backup", "r" + i));
    }
  }

  private static Check check(JournalCheck check, String name) {
    return check.checks().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static JournalRecord record(String kind, String run) {
    return new JournalRecord(
        "docs", kind, run, "20261121t020000z_full_abcdef", Verdict.PASSED, 12.5, Map.of("a", "b"));
  }

  private static JournalRecord drill(
      String run, Verdict verdict, double seconds, String fingerprint, String regressed) {
    return new JournalRecord(
        "docs",
        "drill",
        run,
        "20261121t020000z_full_abcdef",
        verdict,
        seconds,
        Map.of("fingerprint", fingerprint, "regressed", regressed));
  }
}
