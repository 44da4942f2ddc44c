package drillbook.store;

import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.net.UnknownHostException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Who has to act when S3 refuses. Source: Amazon S3 API reference, error responses; read 2026-11.
 */
final class S3Failures {
  private static final Logger LOG = LoggerFactory.getLogger(S3Failures.class);
  private static final int LONGEST_CAUSE_CHAIN = 10;

  private static final Set<String> FULL =
      Set.of("QuotaExceeded", "StorageFull", "XMinioStorageFull", "ServiceQuotaExceeded");

  private static final Set<String> ELSEWHERE =
      Set.of("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraint");

  /** Answers with status 400 that a repeated request may not get. */
  private static final Set<String> PASSING =
      Set.of("RequestTimeout", "BadDigest", "XAmzContentChecksumMismatch", "IncompleteBody");

  private record Advice(FailureKind kind, String hint) {}

  private S3Failures() {}

  /** Returns an exception that carries one of ours through the SDK. */
  static SdkClientException carrying(DrillbookException failure) {
    return SdkClientException.create("credential", failure);
  }

  /** Notes that an unfinished upload stays behind, which a lifecycle rule of the bucket removes. */
  static void left(String where, SdkException thrown) {
    LOG.warn("unfinished upload left behind: where={} reason={}", where, words(thrown));
  }

  /**
   * Returns the failure in the product's grammar.
   *
   * @param request method and place, as in {@code PUT s3://bucket/key}
   * @throws InterruptedException when the SDK gave up because the thread was interrupted
   */
  static DrillbookException of(String what, String request, SdkException thrown)
      throws InterruptedException {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < LONGEST_CAUSE_CHAIN; i++, cause = cause.getCause()) {
      if (cause instanceof DrillbookException failure) {
        return failure;
      }
      if (cause instanceof AbortedException || cause instanceof InterruptedException) {
        Thread.interrupted();
        throw (InterruptedException) new InterruptedException(what).initCause(thrown);
      }
    }
    if (thrown instanceof AwsServiceException answer) {
      String code = code(answer);
      Advice advice = advice(answer.statusCode(), code);
      return new DrillbookException(
          advice.kind(),
          what + ": " + words(thrown) + " [" + request + " " + answer.statusCode() + "]",
          advice.hint(),
          thrown);
    }
    return unanswered(what, request, thrown);
  }

  private static DrillbookException unanswered(String what, String request, SdkException thrown) {
    String words = words(thrown);
    if (words.contains("Unable to load credentials")) {
      return new DrillbookException(
          FailureKind.DENIED,
          what + ": no credentials were found [" + request + "]",
          "Give the store an access key and a secret key, or the worker's environment a profile or"
              + " role.",
          thrown);
    }
    Throwable root = root(thrown);
    return new DrillbookException(
        FailureKind.UNAVAILABLE,
        what + ": " + (thrown.getCause() == null ? words : root) + " [" + request + "]",
        root instanceof UnknownHostException ? "Check the store's endpoint and region." : "",
        thrown);
  }

  private static Advice advice(int status, String code) {
    if (FULL.contains(code) || status == 507) {
      return new Advice(
          FailureKind.EXHAUSTED, "Raise the store's quota, add room, or prune old backups.");
    }
    if (ELSEWHERE.contains(code) || status == 301) {
      return new Advice(
          FailureKind.CONFIGURATION, "Give the store's option region the region of the bucket.");
    }
    if (code.equals("NoSuchBucket")) {
      return new Advice(
          FailureKind.NOT_FOUND,
          "Create the bucket, or correct the store's location; backups never create buckets.");
    }
    if (code.equals("RequestTimeTooSkewed")) {
      return new Advice(FailureKind.DENIED, "Set the worker's clock right.");
    }
    if (PASSING.contains(code)) {
      return new Advice(FailureKind.UNAVAILABLE, "");
    }
    return byStatus(status);
  }

  private static Advice byStatus(int status) {
    return switch (status) {
      case 401, 403 ->
          new Advice(
              FailureKind.DENIED,
              "Check the keys and that they may list, read, put and delete below this prefix.");
      case 404 -> new Advice(FailureKind.NOT_FOUND, "");
      // Another conditional put of the same key is on its way: come back when it is decided.
      case 408, 409, 429 -> new Advice(FailureKind.UNAVAILABLE, "");
      case 412 -> new Advice(FailureKind.CONFLICT, "");
      case 501 ->
          new Advice(
              FailureKind.UNSUPPORTED,
              "This store lacks a request that backups need, such as conditional puts.");
      default ->
          status >= 500
              ? new Advice(FailureKind.UNAVAILABLE, "")
              : new Advice(FailureKind.CONFIGURATION, "Check the store's location and options.");
    };
  }

  private static String code(AwsServiceException answer) {
    String code = answer.awsErrorDetails() == null ? null : answer.awsErrorDetails().errorCode();
    return code == null ? "" : code;
  }

  private static String words(SdkException thrown) {
    if (thrown instanceof AwsServiceException answer && answer.awsErrorDetails() != null) {
      String message = answer.awsErrorDetails().errorMessage();
      String code = code(answer);
      return message == null || message.isBlank()
          ? (code.isEmpty() ? "no reason given" : code)
          : message + (code.isEmpty() ? "" : " (" + code + ")");
    }
    return String.valueOf(thrown.getMessage());
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    for (int i = 0; i < LONGEST_CAUSE_CHAIN; i++) {
      Throwable deeper = root.getCause();
      if (deeper == null) {
        return root;
      }
      root = deeper;
    }
    return root;
  }
}
