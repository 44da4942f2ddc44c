package drillbook.engine.milvus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import io.milvus.grpc.Status;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who has to act, by the server's number and words. */
class MilvusFailuresTest {
  private final MilvusFailures failures = new MilvusFailures(URI.create("http://127.0.0.1:19530"));

  @ParameterizedTest
  @CsvSource({
    "1, 2, service not ready, UNAVAILABLE",
    "8, 49, request is rejected by limiter, UNAVAILABLE",
    "1807, 1, too many requests, UNAVAILABLE",
    "2, 1, unavailable, UNAVAILABLE",
    "65535, 1, rate limit exceeded, UNAVAILABLE",
    "101, 1, collection not loaded, UNAVAILABLE",
    "201, 1, partition not loaded, UNAVAILABLE",
    "202, 1, partition not fully loaded, UNAVAILABLE",
    "9, 1, quota exceeded[reason=disk quota exceeded], EXHAUSTED",
    "3, 1, memory limit exceeded, EXHAUSTED",
    "7, 1, disk limit, EXHAUSTED",
    "1800, 1, unauthenticated, DENIED",
    "1401, 1, privilege not permitted, DENIED",
    "100, 1, collection not found, NOT_FOUND",
    "0, 4, can't find collection, NOT_FOUND",
    "65535, 1, partition name p not found, NOT_FOUND",
    "1602, 1, alias already exist, CONFLICT",
    "65535, 1, duplicated new collection name default:a with other collection name, CONFLICT",
    "1, 1, milvus lite says no, INCOMPATIBLE_TARGET",
    "1100, 1, invalid parameter, INCOMPATIBLE_TARGET"
  })
  void a_refusal_tells_who_has_to_act(int code, int old, String words, FailureKind kind) {
    DrillbookException failure =
        catchThrowableOfType(
            DrillbookException.class,
            () ->
                failures.require(
                    "records could not be written",
                    FailureKind.INCOMPATIBLE_TARGET,
                    status(code, old, words)));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure)
        .hasMessage(
            "records could not be written: " + words + " [" + (code == 0 ? old : code) + "]");
  }

  @Test
  void a_good_answer_is_no_failure() {
    assertThatCode(() -> failures.require("it", FailureKind.INTERNAL, Status.getDefaultInstance()))
        .doesNotThrowAnyException();
  }

  @SuppressWarnings("deprecation")
  private static Status status(int code, int old, String words) {
    return Status.newBuilder().setCode(code).setErrorCodeValue(old).setReason(words).build();
  }
}
