package drillbook.engine.pinecone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.engine.Engine;
import drillbook.engine.Requirement.Standing;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which version of the API is asked for, and for how long it is supported. */
final class PineconeVersionTest {
  @Test
  void the_version_is_supported_for_a_year_and_its_end_is_told() throws Exception {
    PineconeVersion version = PineconeVersion.of("2026-04");
    assertThat(version).isEqualTo(PineconeVersion.NEWEST);
    assertThat(version.requirement(Instant.parse("2027-03-31T23:59:59Z")))
        .satisfies(one -> assertThat(one.standing()).isEqualTo(Standing.MET))
        .satisfies(one -> assertThat(one.found()).contains("until 2027-04"));
    assertThat(version.requirement(Instant.parse("2027-04-01T00:00:00Z")).standing())
        .isEqualTo(Standing.UNKNOWN);
    assertThat(PineconeVersion.of("2025-10").requirement(Instant.parse("2026-11-22T00:00:00Z")))
        .satisfies(one -> assertThat(one.standing()).isEqualTo(Standing.UNKNOWN))
        .satisfies(one -> assertThat(one.found()).contains("until 2026-10"));
  }

  @Test
  void a_version_of_other_shapes_is_not_said_to_be_met() throws Exception {
    assertThat(PineconeVersion.of("2026-07").requirement(Instant.parse("2026-11-22T00:00:00Z")))
        .satisfies(one -> assertThat(one.standing()).isEqualTo(Standing.UNKNOWN))
        .satisfies(one -> assertThat(one.found()).contains("not made for"));
  }

  @Test
  void no_version_and_an_old_one_are_refused() {
    for (String text : List.of("", "latest", "2026-13", "2025-04", "2026-01.alpha")) {
      DrillbookException failure =
          catchThrowableOfType(DrillbookException.class, () -> PineconeVersion.of(text));
      assertThat(failure.kind()).as(text).isEqualTo(FailureKind.CONFIGURATION);
      assertThat(failure).hasMessageContaining("'" + text + "'");
    }
  }

  @Test
  void requests_name_the_version_of_the_option() throws Exception {
    try (TestingPinecone pinecone = new TestingPinecone();
        Engine old = pinecone.open(Map.of("api-version", "2025-10"), Duration.ofSeconds(5));
        Engine unsupported =
            pinecone.open(Map.of("api-version", "2027-01"), Duration.ofSeconds(5))) {
      assertThat(old.control().probe().version()).isEqualTo("2025-10");
      assertThat(old.control().collections()).isEmpty();
      assertThat(pinecone.open().control().probe().version()).isEqualTo("2026-04");
      DrillbookException failure =
          catchThrowableOfType(DrillbookException.class, () -> unsupported.control().collections());
      assertThat(failure).hasMessageContaining("Unsupported API version: 2027-01");
    }
  }
}
