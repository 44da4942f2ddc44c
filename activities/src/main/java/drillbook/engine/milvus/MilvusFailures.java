package drillbook.engine.milvus;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import drillbook.rest.Quote;
import io.milvus.grpc.Status;
import io.milvus.shaded.io.grpc.StatusRuntimeException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What refusals of a Milvus server mean.
 *
 * <p>Source: Milvus 2.6, pkg/util/merr/errors.go, for the numbers; Milvus 2.3.5 and Milvus Lite
 * 3.2.2, observed, for the words of what they number as unexpected.
 */
final class MilvusFailures {
  static final int NO_INDEX = 700;
  static final int NO_ALIAS = 1600;
  static final int ALIAS_EXISTS = 1602;

  private static final Set<Integer> NOT_FOUND = Set.of(100, 200, NO_INDEX, 800, NO_ALIAS);
  private static final Set<Integer> LATER = Set.of(1, 2, 4, 8, 12, 106, 1807);

  /** Something is not loaded, or not fully: a collection, a partition. Another may release it. */
  private static final Set<Integer> NOT_LOADED = Set.of(101, 103, 201, 202);

  private static final Set<Integer> EXHAUSTED = Set.of(3, 7, 9, 801);
  private static final Set<Integer> DENIED = Set.of(1400, 1401, 1800);
  private static final Set<Integer> CONFLICT = Set.of(1601, ALIAS_EXISTS);
  private static final int OLD_COLLECTION_NOT_FOUND = 4;

  private final URI url;

  MilvusFailures(URI url) {
    this.url = url;
  }

  /** Tells whether an answer's status is good. */
  static boolean isGood(Status status) {
    return status.getCode() == 0 && oldCode(status) == 0;
  }

  /** Tells whether a status says that the thing is not there. */
  static boolean isMissing(Status status) {
    return kind(status, FailureKind.CONFIGURATION) == FailureKind.NOT_FOUND;
  }

  /** Fails unless a status is good. */
  void require(String what, FailureKind refused, Status status) throws DrillbookException {
    if (!isGood(status)) {
      FailureKind kind = kind(status, refused);
      throw new DrillbookException(
          kind, what + ": " + Quote.of(words(status)) + " [" + number(status) + "]", hint(kind));
    }
  }

  private static FailureKind kind(Status status, FailureKind refused) {
    int code = status.getCode();
    String words = words(status).toLowerCase(Locale.ROOT);
    if (NOT_FOUND.contains(code)
        || oldCode(status) == OLD_COLLECTION_NOT_FOUND
        || words.matches("(?s)partition name .* not found")
        || words.matches("(?s)database '.*' does not exist")) {
      return FailureKind.NOT_FOUND;
    }
    if (NOT_LOADED.contains(code)
        || (LATER.contains(code) && !isLites(status))
        || words.contains("rate limit")) {
      return FailureKind.UNAVAILABLE;
    }
    if ((EXHAUSTED.contains(code) && !isLites(status)) || words.contains("quota exceeded")) {
      return FailureKind.EXHAUSTED;
    }
    if (DENIED.contains(code)) {
      return FailureKind.DENIED;
    }
    if (CONFLICT.contains(code)
        || words.contains("duplicated new collection name")
        || words.contains("already exist")
        || words.contains("create duplicate collection")) {
      return FailureKind.CONFLICT;
    }
    return status.getRetriable() ? FailureKind.UNAVAILABLE : refused;
  }

  /** Milvus Lite puts the old enumeration's numbers into the new field. */
  private static boolean isLites(Status status) {
    return status.getCode() == oldCode(status);
  }

  /** Deprecated, and all that Milvus before 2.3 and some answers of Milvus Lite say. */
  @SuppressWarnings("deprecation")
  private static int oldCode(Status status) {
    return status.getErrorCodeValue();
  }

  private static String words(Status status) {
    return status.getReason().isBlank() ? "no reason given" : status.getReason();
  }

  private static int number(Status status) {
    return status.getCode() == 0 ? oldCode(status) : status.getCode();
  }

  /** Returns the failure of a call that got no answer. */
  DrillbookException of(String what, @Nullable Throwable cause) throws InterruptedException {
    if (!(cause instanceof StatusRuntimeException refusal)) {
      throw new IllegalStateException(what, cause);
    }
    FailureKind kind =
        switch (refusal.getStatus().getCode()) {
          case UNAUTHENTICATED, PERMISSION_DENIED -> FailureKind.DENIED;
          case UNIMPLEMENTED -> FailureKind.UNSUPPORTED;
          case NOT_FOUND -> FailureKind.NOT_FOUND;
          case RESOURCE_EXHAUSTED -> FailureKind.EXHAUSTED;
          case INVALID_ARGUMENT, OUT_OF_RANGE -> FailureKind.CONFIGURATION;
          default -> FailureKind.UNAVAILABLE;
        };
    String words = String.valueOf(refusal.getStatus().getDescription());
    Throwable root = refusal.getCause();
    if (root != null && root.getMessage() != null) {
      words += ": " + root.getMessage();
    }
    return new DrillbookException(
        kind,
        what + ": " + Quote.of(words) + " [" + place() + " " + refusal.getStatus().getCode() + "]",
        kind == FailureKind.UNAVAILABLE
            ? "Check that Milvus runs at " + url + " and can be reached from here."
            : hint(kind),
        refusal);
  }

  private String place() {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  private static String hint(FailureKind kind) {
    return switch (kind) {
      case DENIED -> "Check the credential of this target, and its rights.";
      case EXHAUSTED -> "Make room: Milvus names the quota or the limit.";
      default -> "";
    };
  }
}
