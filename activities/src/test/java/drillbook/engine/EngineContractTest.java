package drillbook.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import drillbook.engine.FaultyEngine.Fault;
import drillbook.secret.SecretReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** The kit proves itself: each planted fault fails the test that names it, and no stranger. */
class EngineContractTest {
  private static final ScopedValue<Fault> PLANTED = ScopedValue.newInstance();

  /** Faults in what nearly every test goes through, so that others fail beside the named one. */
  private static final Set<Fault> EVERYWHERE =
      Set.of(Fault.HIDES_OUTAGE, Fault.LOSES_RECORD, Fault.REPEATS_RECORD, Fault.CHANGES_BIT);

  /** The kit's subject; run by this test only, since its fault has to be planted. */
  static class Subject extends MemoryEngineContract {
    // Read here: threads that a test starts do not see the scoped value.
    private final Fault fault = PLANTED.get();

    @Override
    MemoryEngine adapter(MemoryServer server) {
      return MemoryEngine.rich(server);
    }

    @Override
    protected Engine open() {
      return new FaultyEngine((MemoryEngine) super.open(), fault, SecretReference.NONE);
    }

    @Override
    protected Engine openAt(int port, SecretReference credential) {
      return new FaultyEngine(adapter(new MemoryServer()).at(port), fault, credential);
    }
  }

  /** The same without a snapshot. */
  static class ModestSubject extends Subject {
    @Override
    MemoryEngine adapter(MemoryServer server) {
      return MemoryEngine.modest(server);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void a_planted_fault_fails_its_test_alone(Fault fault) {
    Map<String, String> failed = failures(Subject.class, fault);
    if (EVERYWHERE.contains(fault)) {
      assertThat(failed).containsKeys(tests(fault).toArray(String[]::new));
    } else {
      assertThat(failed).containsOnlyKeys(tests(fault));
    }
  }

  @Test
  void paging_by_offset_fails_where_no_snapshot_is_promised_too() {
    assertThat(failures(ModestSubject.class, Fault.PAGES_BY_OFFSET))
        .containsOnlyKeys("what_stays_is_read_once_while_others_come_and_go");
  }

  /** Runs the kit and returns the tests that failed, each with its reason. */
  private static Map<String, String> failures(Class<?> subject, Fault fault) {
    List<Event> events =
        ScopedValue.where(PLANTED, fault)
            .call(() ->
                EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(subject))
                    .execute()
                    .testEvents()
                    .failed()
                    .list());
    Map<String, String> failed = new TreeMap<>();
    for (Event event : events) {
      failed.put(
          event.getTestDescriptor().getDisplayName().replaceAll("\\(.*", ""),
          String.valueOf(event.getPayload().orElseThrow()));
    }
    return failed;
  }

  /** The tests that must fail: the first names the fault, others meet it on their way. */
  private static List<String> tests(Fault fault) {
    return switch (fault) {
      case NONE -> List.of();
      case IO_IN_CONSTRUCTOR ->
          List.of("opening_an_adapter_does_no_io", "a_failed_request_is_reported_at_once");
      case RETRIES_INSIDE -> List.of("a_failed_request_is_reported_at_once");
      case TELLS_SECRET -> List.of("no_failure_tells_the_secret");
      case HIDES_OUTAGE -> List.of("an_engine_that_is_down_is_unavailable_in_its_own_words");
      case SWALLOWS_INTERRUPT -> List.of("an_interrupt_ends_a_long_read");
      case CREATE_OVERWRITES ->
          List.of("create_refuses_a_name_that_exists_and_leaves_it_untouched");
      case DROPS_INDEX_PARAMETER ->
          List.of("a_created_collection_has_the_schema_that_was_asked_for");
      case CREATES_IN_PART ->
          List.of("create_refuses_what_it_cannot_hold_before_anything_is_written");
      case COUNT_ESTIMATED -> List.of("counts_are_exact_and_by_tenant");
      case SEARCHES_ALL_TENANTS -> List.of("tenants_keep_their_records_apart");
      case DROP_ALWAYS_TRUE -> List.of("dropping_tells_whether_there_was_something");
      case DROPS_THROUGH_ALIAS ->
          List.of("what_is_meant_for_a_collection_never_goes_through_an_alias");
      case KEEPS_ALIAS ->
          List.of(
              "an_alias_leads_where_it_was_led_last",
              "an_alias_whose_collection_was_dropped_can_be_led_to_another");
      case REPLACE_FORGETS_LIVE -> List.of("replace_swaps_once_or_is_refused");
      case LOSES_RECORD -> List.of("every_record_is_captured_exactly_once");
      case REPEATS_RECORD -> List.of("every_record_is_captured_exactly_once");
      case CHANGES_BIT -> List.of("every_record_comes_back_bit_equal");
      case RESUME_SKIPS -> List.of("reading_resumes_from_any_cursor_in_another_process");
      case PAGES_BY_OFFSET ->
          List.of(
              "what_stays_is_read_once_while_others_come_and_go",
              "a_held_snapshot_ends_with_its_capture");
      case MERGES_ON_UPSERT -> List.of("writing_an_id_again_replaces_the_whole_record");
      case TRUNCATES_BATCH -> List.of("a_batch_beyond_one_request_is_written_whole");
      case FETCH_FAILS_ON_UNKNOWN -> List.of("fetch_returns_the_records_that_exist");
      case CHANGE_UNTOLD ->
          List.of(
              "changes_are_told_since_a_mark_or_refused",
              "the_mark_of_an_increment_is_what_the_next_begins_from",
              "what_was_open_at_the_mark_is_changed_once_it_is_committed");
      case UNCHANGED_UNNAMED ->
          List.of(
              "changes_are_told_since_a_mark_or_refused",
              "the_mark_of_an_increment_is_what_the_next_begins_from",
              "what_was_open_at_the_mark_is_changed_once_it_is_committed",
              "marks_that_are_not_the_collections_own_tell_nothing",
              "reading_changes_resumes_from_any_cursor");
    };
  }
}
