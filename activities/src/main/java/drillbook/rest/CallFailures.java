package drillbook.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import drillbook.failure.DrillbookException;
import drillbook.failure.FailureKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What a call that ended in an exception means, whichever engine it was for.
 *
 * @param foreign what to do where something answered that is no such server
 * @param unreachable what to do where nothing answers
 */
public record CallFailures(String foreign, String unreachable) {
  /**
   * Returns the failure.
   *
   * @param what what could not be done
   * @param tail how the message ends: the request
   * @throws InterruptedException when that is what it was
   */
  public DrillbookException of(String what, String tail, @Nullable Throwable cause)
      throws InterruptedException {
    return switch (cause) {
      case DrillbookException failure -> failure;
      case InterruptedException interrupt -> throw interrupt;
      // What became of an answer's bytes: a note that could not be stored, for one.
      case IOException io when io.getCause() instanceof DrillbookException failure -> failure;
      case MalformedAnswerException malformed ->
          new DrillbookException(
              FailureKind.CORRUPT,
              what + ": the answer is malformed: " + malformed.getMessage() + tail,
              "",
              malformed);
      case JsonEOFException broken ->
          new DrillbookException(
              FailureKind.UNAVAILABLE, what + ": the answer breaks off" + tail, "", broken);
      case JsonProcessingException other ->
          new DrillbookException(
              FailureKind.CORRUPT,
              what + ": the answer is no JSON: " + Quote.of(other.getOriginalMessage()) + tail,
              foreign,
              other);
      case IOException io -> unanswered(what, tail, io);
      case RuntimeException defect -> throw defect;
      case Error error -> throw error;
      case null, default -> throw new IllegalStateException(cause);
    };
  }

  private DrillbookException unanswered(String what, String tail, IOException cause) {
    boolean nobody =
        cause instanceof ConnectException
            || cause instanceof UnknownHostException
            || cause instanceof NoRouteToHostException;
    return new DrillbookException(
        FailureKind.UNAVAILABLE,
        what + ": " + Quote.of(String.valueOf(cause.getMessage())) + tail,
        nobody ? unreachable : "",
        cause);
  }
}
