package drillbook.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import drillbook.store.FaultyArtifactStore.Fault;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** The kit is tested by stores with one fault each: it fails where the fault is, and only there. */
class ArtifactStoreContractTest {
  /** The kit on the store with the fault; run by the tests here, never by itself. */
  static class FaultyStoreKit extends ArtifactStoreContract {
    private static volatile Fault fault = Fault.KEEPS_DELETED;

    @Override
    protected ArtifactStore emptyStore() {
      return new FaultyArtifactStore(fault);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void the_kit_finds_each_fault(Fault fault) {
    Set<String> expected =
        switch (fault) {
          case PUT_OVERWRITES ->
              Set.of(
                  "put_new_refuses_a_key_that_holds_other_bytes", "one_of_many_racing_puts_wins");
          case COMMIT_OVERWRITES -> Set.of("commit_refuses_a_key_that_is_taken");
          case REFUSES_ITS_OWN_PAST -> Set.of("put_new_of_the_same_bytes_is_no_conflict");
          case SHOWS_UNFINISHED -> Set.of("an_unfinished_artifact_is_not_there");
          case KEEPS_ABANDONED -> Set.of("closing_without_commit_leaves_nothing_behind");
          case TRUNCATES_READS -> Set.of("a_large_artifact_comes_back_bit_by_bit");
          case IGNORES_OFFSETS ->
              Set.of(
                  "a_range_is_read",
                  "behind_the_end_there_is_nothing_to_read",
                  "a_large_artifact_comes_back_bit_by_bit");
          case WRONG_SHA256 -> Set.of("receipts_state_key_length_and_sha256");
          case FORGETS_THE_PAGE -> Set.of("a_listing_goes_on_behind_a_key");
          case PREFIX_WITHOUT_SLASH -> Set.of("a_listing_stays_below_its_prefix");
          case LISTS_BY_FOLDER -> Set.of("a_listing_is_sorted_by_key_with_sizes");
          case KEEPS_DELETED -> Set.of("what_was_deleted_is_gone");
        };
    assertThat(failed(run(fault))).isEqualTo(new TreeSet<>(expected));
  }

  @Test
  void the_kit_runs_as_many_tests_as_it_has() {
    long declared =
        Arrays.stream(ArtifactStoreContract.class.getDeclaredMethods())
            .filter(method ->
                method.isAnnotationPresent(Test.class)
                    || method.isAnnotationPresent(ParameterizedTest.class))
            .count();
    long ran =
        run(Fault.KEEPS_DELETED).finished().list().stream()
            .map(event -> method(event.getTestDescriptor().getSource()))
            .distinct()
            .count();
    assertThat(ran).isEqualTo(declared).isGreaterThan(20);
  }

  private static Events run(Fault fault) {
    FaultyStoreKit.fault = fault;
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(FaultyStoreKit.class))
        .execute()
        .testEvents();
  }

  private static String method(Optional<TestSource> source) {
    return ((MethodSource) source.orElseThrow()).getMethodName();
  }

  private static Set<String> failed(Events events) {
    return events
        .finished()
        .filter(event ->
            event
                .getRequiredPayload(TestExecutionResult.class)
                .getStatus()
                .equals(TestExecutionResult.Status.FAILED))
        .map(event -> method(event.getTestDescriptor().getSource()))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
