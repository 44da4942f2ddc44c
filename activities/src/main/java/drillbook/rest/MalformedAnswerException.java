package drillbook.rest;

import java.io.IOException;

/** An answer that is JSON, but not what the API says. */
public final class MalformedAnswerException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates one.
   *
   * @param message what of the answer is wrong
   */
  public MalformedAnswerException(String message) {
    super(message);
  }
}
